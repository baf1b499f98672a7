import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";

/** One session of a client, open for one connection. */
export interface StoredSession {
  /** All batches up to this one are durable: stored or refused. */
  readonly settled: bigint;
  /**
   * Digest of a batch that is stored, or waits for it, and may come again: it is a duplicate then if
   * it has this digest, else a fork. That is one above `settled`, or one that a crash had left there.
   */
  digestOf(sequence: bigint): Uint8Array | undefined;
  /**
   * Takes note that the sensor has nothing left between `settled` and `oldestHeld` (this store is a
   * restored backup): `settled` becomes at least `oldestHeld - 1`. Returns how many batches are
   * lost although they had been acknowledged. Nothing may be waiting.
   */
  skipTo(oldestHeld: bigint): bigint;
  /**
   * Takes a batch, and its bytes; never waits. `onSettled` tells when it is durable.
   *
   * @throws StoreError When the store has failed. RangeError for a batch that is here already.
   */
  append(batch: CheckedSessionBatch): void;
  /** Resolves when all that was appended is settled; rejects with a StoreError when it never will be. */
  drained(): Promise<void>;
  /**
   * Ends this use of the session: nothing is told any more. What was appended is still stored; when the
   * session is over, so is how far it is settled.
   */
  close(isOver?: boolean): void;
}
