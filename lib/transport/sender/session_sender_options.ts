import type { PackedBatch } from "../../pack/packed_batch.ts";
import type { NumberedBatches, SpooledBatch } from "./batch_spool.ts";

/** How a `SessionSender` sends. */
export interface SessionSenderOptions {
  /** The name that the sensor would like. */
  readonly name: string;
  /** Limit of all batches that are not settled, with what it takes to keep them. */
  readonly maxQueueBytes: number;
  /** 0 and up, of a record type; what has the lowest is dropped first. */
  readonly priorityOf: (type: number) => number;
  /** Makes the number of a session: random, not 0. */
  readonly newSession: () => bigint;
  /** The sensor's clock, nanoseconds since 1970; where there is none it tells no time. */
  readonly time?: () => bigint;
  /** Told of each batch that was dropped, which has never been sent. */
  readonly onDropped?: (batch: PackedBatch) => void;
  /** Told of each batch that the collector has settled, with the bytes of its message's body. */
  readonly onSettled?: (batch: PackedBatch, bytes: number) => void;
  /** Told of each batch that the collector does not take, which has never been sent, and why. */
  readonly onRefused?: (batch: PackedBatch, why: "unwanted" | "too large") => void;
  /** Told of each batch of a session that is given up that may have been stored, and is sent again. */
  readonly onMaybeTwice?: (batch: PackedBatch) => void;
  /** Told of each of these that lies in a spool, and has no number any more. */
  readonly onReturned?: (batch: SpooledBatch) => void;
  /** Makes batches of records of a compact one, for a session of the first schema. */
  readonly expand?: (batch: PackedBatch) => readonly PackedBatch[];
  /** Batches of a spool that have numbers of a run before this one, which goes on with its session. */
  readonly resumed?: NumberedBatches | undefined;
}
