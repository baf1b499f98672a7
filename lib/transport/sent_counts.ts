import { RecordCounts } from "../gather/record_counts.ts";
import { typeNumber } from "../base/record/record_types.ts";
import type { BatchPart } from "../pack/packed_batch.ts";

/** Of the rows of the sensor's own books. */
export const BOOKS_TYPE = typeNumber("SensorMinute");

/**
 * What became of the records of one type: `taken + resumed = sent + dropped + tooLarge + failed + unwanted +
 * spooled`. Those that are `maybeTwice` are among `sent`, `failed` or `spooled`.
 */
export interface SentCounts {
  /** Records handed to the network; of a session, those that the collector has on disk. */
  sent: number;
  /** Datagrams, or batches of a session, that held them. */
  parts: number;
  /** Length of these together. */
  bytes: number;
  /** Records that a full queue had no room for. */
  dropped: number;
  /** Records that alone are larger than what can be sent. */
  tooLarge: number;
  /** Records that the operating system refused to send; of a session, those not acknowledged at the end. */
  failed: number;
  /** Records of types that the collector said it does not want. */
  unwanted: number;
  /**
   * Records that were under way when their session had to be given up, and were sent again in a new one:
   * the collector may have them twice, if it had stored them without telling.
   */
  maybeTwice: number;
  /** Records that a run before this one left in the spool. */
  resumed: number;
  /** Records left there at the end: the next run sends them. */
  spooled: number;
}

/** Nothing sent yet. */
export const NOTHING_SENT: Readonly<SentCounts> = {
  sent: 0,
  parts: 0,
  bytes: 0,
  dropped: 0,
  tooLarge: 0,
  failed: 0,
  unwanted: 0,
  maybeTwice: 0,
  resumed: 0,
  spooled: 0,
};

/** A batch, by what counts. */
interface Counted {
  readonly parts: readonly BatchPart[];
}

/** Counts by record type, made when they are first needed. */
export class SentCountsByType extends Map<number, SentCounts> {
  /** Records that have been in the queue, or were too large for it, by type. */
  readonly taken = new RecordCounts();

  /** Records of all types that failed. */
  get failed(): number {
    let sum = 0;
    for (const { failed } of this.values()) sum += failed;
    return sum;
  }

  /** The counts of `type`. */
  of(type: number): SentCounts {
    let counts = this.get(type);
    if (!counts) this.set(type, counts = { ...NOTHING_SENT });
    return counts;
  }

  /** Adds the records of a batch to one of the counts of their types; rows of the books count nowhere. */
  add(what: Exclude<keyof SentCounts, "parts" | "bytes">, { parts }: Counted): void {
    for (const { type, count } of parts) if (type !== BOOKS_TYPE) this.of(type)[what] += count;
  }

  /** Adds a batch that was sent; its bytes count for the first of its types. */
  addPart({ parts }: Counted, bytes: number): void {
    if (parts[0]!.type === BOOKS_TYPE) return;
    for (const { type } of parts) this.of(type).parts++;
    this.of(parts[0]!.type).bytes += bytes;
  }
}
