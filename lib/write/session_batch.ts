/**
 * A batch of a session whose content has been checked: to be stored, or refused for a reason, which
 * is stored too. It owns its bytes; whoever appends it gives them away.
 */
export interface SessionBatch {
  readonly type: number;
  /** Its number in the session, from 1. */
  readonly sequence: bigint;
  readonly containsPayloads: boolean;
  /** 0 when it is to be stored, else why it is refused (1 to 255): then it has no records and no body. */
  readonly reason: number;
  readonly count: number;
  /** Smallest and largest time of the records as the sensor claims them, ns. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  /** The framed records: their length, their CRC-32, the first 8 bytes of their SHA-256. */
  readonly recordBytes: number;
  readonly crc: number;
  /** Of a refused batch, whatever tells it from others. */
  readonly digest: Uint8Array;
  /** The records as one raw deflate stream, stored as it came. */
  readonly body: Uint8Array;
}

/** One session of a client, open for one connection. */
export interface StoredSession {
  /** All batches up to this one are durable: stored or refused. */
  readonly settled: bigint;
  /**
   * Digest of a batch above `settled` that is stored or waits for it: when it comes again it is a
   * duplicate if it has this digest, else a fork.
   */
  digestOf(sequence: bigint): Uint8Array | undefined;
  /**
   * Takes note that the sensor has nothing left between `settled` and `oldestHeld` (this store is a
   * restored backup): `settled` becomes at least `oldestHeld - 1`. Returns how many batches are
   * lost although they had been acknowledged. Nothing may be waiting.
   */
  skipTo(oldestHeld: bigint): bigint;
  /**
   * Takes a batch; never waits. `onSettled` tells when it is durable.
   *
   * @throws StoreError When the store has failed. RangeError for a batch that is here already.
   */
  append(batch: SessionBatch): void;
  /** Resolves when all that was appended is settled; rejects with a StoreError when it never will be. */
  drained(): Promise<void>;
  /** Ends this use of the session: nothing is told any more. What was appended is still stored. */
  close(): void;
}
