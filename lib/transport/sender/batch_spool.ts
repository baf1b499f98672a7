import type { BatchPart, PackedBatch } from "../../pack/packed_batch.ts";

/** A batch that lies in a spool, sealed; of later ones `entry` is higher. */
export interface SpooledBatch extends PackedBatch {
  readonly entry: number;
}

/** Whether a batch lies in a spool. */
export function isSpooled(batch: PackedBatch): batch is SpooledBatch {
  return "entry" in batch;
}

/** A session in which batches of a spool have numbers: what another run needs to go on with it. */
export interface SpooledSession {
  readonly session: bigint;
  /** What the collector said in the session's first welcome. */
  readonly storeId: Uint8Array;
  readonly encodings: readonly number[];
}

/** Batches with the numbers `first`, `first + 1` … of a session. */
export interface NumberedBatches {
  readonly session: SpooledSession;
  readonly first: bigint;
  readonly batches: readonly SpooledBatch[];
}

/**
 * Batches that wait on disk, sealed so that only the collector can read them. To be asked for one thing
 * after another. What it does not throw for is as durable as it says after a crash at any moment.
 */
export interface BatchSpool {
  /** Where it is, for messages. */
  readonly folder: string;
  /** Length of its files, and what that may become. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** What a run before this one left with numbers, oldest first; undefined for nothing. */
  readonly numbered: NumberedBatches | undefined;
  /** Of a run before this one: had numbers that are not known any more, since the disk lost something. */
  readonly unsure: readonly BatchPart[];
  /** Records of the batches that are not settled, by type. */
  readonly held: ReadonlyMap<number, number>;
  /** Whether batches wait that {@linkcode BatchSpool.read} has not given out. */
  readonly hasUnread: boolean;
  /** Whether nothing is in it, nor any number on disk. */
  readonly isClear: boolean;
  /** Whether a run after this one would find that batches have numbers in this session. */
  hasNumbersOf(session: bigint): boolean;
  /** Whether it can take a batch without dropping one. */
  hasRoomFor(batch: PackedBatch): boolean;
  /** Leaves a gap in front of what is appended from now on; the first of `count` entries for that. */
  reserve(count: number): number;
  /**
   * Seals a batch and puts it at the end, or into a gap: what stands there, the next run reads. Where there
   * is no room, the oldest of the lowest priority are dropped, or this one.
   *
   * @param onDropped Told of what is dropped, by type, when it is: the disk may fail afterwards.
   * @throws StoreError When the disk fails; then the batch is not there.
   */
  append(
    batch: PackedBatch,
    onDropped: (parts: readonly BatchPart[]) => void,
    entry?: number,
  ): Promise<void>;
  /** Makes what was appended durable. @throws StoreError When the disk fails. */
  sync(): Promise<void>;
  /** Gives out the next batches, oldest first: at least one, while there are any. @throws StoreError */
  read(maxBytes: number): Promise<readonly SpooledBatch[]>;
  /**
   * Makes durable that batches which were given out have these numbers; with those of the same session
   * before, and in place of any of another one. @throws StoreError When the disk fails.
   */
  number(batches: NumberedBatches): Promise<void>;
  /** A batch that was given out is settled, and so are all before it. */
  release(batch: SpooledBatch): void;
  /** A batch that was given out is not sent. */
  discard(batch: SpooledBatch): void;
  /**
   * Frees the disk of what has been released, and of the numbers when nothing is left in it, or no batch
   * has one and `forgetsNumbers` is set. @throws StoreError When the disk fails.
   */
  tidy(forgetsNumbers?: boolean): Promise<void>;
}
