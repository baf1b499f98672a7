import { frameRecords } from "../base/record/delimited.ts";

/** Records of one type, closed and on their way. Its buffer may be transferred; one side owns it. */
export interface Batch {
  /** Number of the record type; that of Ethernet for a compact batch. */
  readonly type: number;
  /** How many records. */
  readonly count: number;
  /**
   * The framed records: `uvarint(length) bytes[length]`, one after another; columns for a compact
   * batch. The buffer behind it may be longer.
   */
  readonly data: Uint8Array<ArrayBuffer>;
  /** What stands in a compact batch, which has records of several types. */
  readonly compact?: CompactContent;
}

/** What is in the columns of a compact batch. */
export interface CompactContent {
  /** How many records of each type, ascending. */
  readonly parts: readonly TypeCount[];
  /** Smallest time of the packets, nanoseconds since 1970. */
  readonly firstTime: bigint;
  /** The largest. */
  readonly lastTime: bigint;
  /** So many of the last bytes of `data` are not worth compressing. */
  readonly sumBytes: number;
}

/** Records of one type. */
export interface TypeCount {
  /** Number of the record type. */
  readonly type: number;
  /** How many. */
  readonly count: number;
}

/**
 * A batch of encoded records of one type.
 *
 * ```ts
 * import { batchOf } from "@farcap/farcap/transport";
 *
 * const batch = batchOf(7, [new Uint8Array([0x08, 0x01]), new Uint8Array([0x08, 0x02])]);
 * if (batch.count !== 2 || batch.data.length !== 6) throw new Error("each with its length in front");
 * ```
 */
export function batchOf(type: number, records: readonly Uint8Array[]): Batch {
  return { type, count: records.length, data: frameRecords(records) };
}

/** Whether a batch is a compact one. */
export function isCompact(batch: Batch): batch is Batch & { readonly compact: CompactContent } {
  return batch.compact !== undefined;
}

/** Which records a batch holds. */
export function partsOf(batch: Batch): readonly TypeCount[] {
  return batch.compact?.parts ?? [batch];
}
