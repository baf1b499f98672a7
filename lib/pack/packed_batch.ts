import { crc32 } from "node:zlib";
import { walkRecords } from "../base/delimited.ts";
import type { Batch } from "../gather/batch.ts";
import { TimeRange } from "./record_time.ts";

/** A batch as a session carries it: what the records are, and the records compressed. */
export interface PackedBatch {
  /** Number of the record type. */
  readonly type: number;
  /** Number of records. */
  readonly count: number;
  /** Smallest and largest time of the records, nanoseconds since 1970; 0 when one has none. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  /** Of the framed records. */
  readonly crc: number;
  /** Length of the framed records. */
  readonly recordBytes: number;
  /** Whether records may hold payload bytes. */
  readonly containsPayloads: boolean;
  /** The framed records as one raw deflate stream (RFC 1951). */
  readonly body: Uint8Array;
}

/**
 * Says of a batch what its receiver checks. `body` is its `data`, compressed; it is not looked at.
 */
export function packedBatch(
  { type, count, data }: Batch,
  body: Uint8Array,
  containsPayloads: boolean,
): PackedBatch {
  const times = new TimeRange();
  walkRecords(data, (at, end) => times.add(data, at, end));
  return {
    type,
    count,
    firstTime: times.first,
    lastTime: times.last,
    crc: crc32(data),
    recordBytes: data.length,
    containsPayloads,
    body,
  };
}
