import type { CheckedBatch } from "../verify/check_batch.ts";
import type { CheckedSessionBatch } from "../verify/check_session_batch.ts";
import type { FramedRows } from "./framed_rows.ts";

/**
 * Where records are kept: all that the collector's ways of receiving need of it. `RecordStore` keeps them in
 * files. `storeCases()` in tests/write/store_cases.ts shows what each one has to do.
 *
 * What is settled of a session is what the store has, and would tell after any crash: an implementation
 * remembers nothing else of it, and two that open the same place one after the other tell the same.
 */
export interface Store extends AsyncDisposable {
  /** Tells this place from all others, for as long as what is kept there: 16 bytes. */
  readonly id: Uint8Array;
  /**
   * Takes a batch without session. Its bytes are the caller's again when this returns; that it is durable is
   * what `commit` waits for. Waits while too much waits to be stored.
   *
   * @throws StoreError When the store has failed; batches that were not committed are lost.
   */
  append(batch: CheckedBatch): Promise<void>;
  /**
   * Returns when everything appended without session is durable, or counted as lost.
   *
   * @throws StoreError When the store has failed.
   */
  commit(): Promise<void>;
  /**
   * Takes rows of the collector's own books of a client: they wait for room as batches of sessions do.
   *
   * @throws StoreError When the store has failed.
   */
  keep(client: string, rows: FramedRows): Promise<void>;
  /**
   * Opens a session of a client for one connection. A use of the same session that is still open is ended,
   * and what it appended is settled first.
   *
   * @param client Name of the sensor.
   * @param session Its number, not 0.
   * @param onSettled Told the newest `settled` whenever that has risen, before `drained` resolves.
   * @param signal Gives up waiting: whoever asked has gone.
   * @throws StoreError When what is stored of the client cannot be had, or the store has failed; the
   * signal's reason when it has aborted.
   */
  openSession(
    client: string,
    session: bigint,
    onSettled: (settled: bigint) => void,
    signal?: AbortSignal,
  ): Promise<StoredSession>;
}

/** One session of a client, open for one connection. */
export interface StoredSession {
  /** All batches up to this one are durable: stored or refused. */
  readonly settled: bigint;
  /**
   * Resolves when another collector stores the session: nothing more is settled here. Undefined where one
   * alone can.
   */
  readonly fenced?: Promise<void>;
  /**
   * Takes note that the sensor has nothing left between `settled` and `oldestHeld` (this store is a
   * restored backup): `settled` becomes at least `oldestHeld - 1`. Returns how many batches are
   * lost although they had been acknowledged. Nothing may be waiting.
   */
  skipTo(oldestHeld: bigint): bigint;
  /**
   * Takes a batch, and its bytes; never waits. `onSettled` tells when it is durable, in all its parts.
   * Of one that is here, or was before a crash, only the parts are stored that are missing.
   * What is made of compact batches is bounded for all sessions together: an implementation lets go of it,
   * by `releaseParts` for parts that it does not store, by `CompactParts.written` for one that it has stored.
   *
   * @returns How many parts are stored; 0 for a duplicate. `"fork"`: another batch of its number is
   * here, by its digest, and this one is not taken.
   * @throws StoreError When the store has failed. RangeError for one that cannot be known any more:
   * it is settled, and was when the session was opened.
   */
  append(batch: CheckedSessionBatch): number | "fork";
  /** Resolves when all that was appended is settled; rejects with a StoreError when it never will be. */
  drained(): Promise<void>;
  /**
   * Ends this use of the session: nothing is told any more. What was appended is still stored; when the
   * session is over, so is how far it is settled.
   */
  close(isOver?: boolean): void;
}
