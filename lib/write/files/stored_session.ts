import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";

/** One session of a client, open for one connection. */
export interface StoredSession {
  /** All batches up to this one are durable: stored or refused. */
  readonly settled: bigint;
  /**
   * Takes note that the sensor has nothing left between `settled` and `oldestHeld` (this store is a
   * restored backup): `settled` becomes at least `oldestHeld - 1`. Returns how many batches are
   * lost although they had been acknowledged. Nothing may be waiting.
   */
  skipTo(oldestHeld: bigint): bigint;
  /**
   * Takes a batch, and its bytes; never waits. `onSettled` tells when it is durable, in all its parts.
   * Of one that is here, or was before a crash, only the parts are stored that are missing.
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
