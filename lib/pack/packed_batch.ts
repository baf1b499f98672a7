import { crc32 } from "node:zlib";
import { walkRecords } from "../base/record/delimited.ts";
import type { Batch, CompactContent } from "../gather/batch.ts";
import { packCompact } from "./compact_body.ts";
import { TimeRange } from "./record_time.ts";

/** How the body of a batch stands for its records (docs/protocol.md). */
export const Encoding = {
  /** Records of one type, framed as in a record file, as one raw deflate stream (RFC 1951). */
  Delimited: 1,
  /** Headers of packets, and records among them, in columns: `compact_body.ts`. */
  Compact: 2,
} as const;

/** No batch has more parts. */
export const MAX_PARTS = 16;

/** The records of one type in a batch. */
export interface BatchPart {
  /** Number of the record type. */
  readonly type: number;
  /** Number of records. */
  readonly count: number;
}

/** A batch as a session carries it: what the records are, and the records compressed. */
export interface PackedBatch {
  /** Types ascending, at least one; exactly one of delimited records. */
  readonly parts: readonly BatchPart[];
  /** One of {@linkcode Encoding}. */
  readonly encoding: number;
  /** Minutes since 1970 by the sensor's clock when it was closed; 0 when that is not known. */
  readonly minute: number;
  /** Smallest and largest time of the records, nanoseconds since 1970; 0 when one has none. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  /** CRC-32 of what the body unpacks to. */
  readonly crc: number;
  /** Length of what it unpacks to. */
  readonly recordBytes: number;
  /** Whether records may hold payload bytes. */
  readonly containsPayloads: boolean;
  /** Whether the body is sealed, so that only the collector can unpack it: `seal/sealed_body.ts`. */
  readonly isSealed?: boolean;
  /** As it is sent. */
  readonly body: Uint8Array;
}

/**
 * Says of a batch what its receiver checks. `body` is its `data`, compressed; it is not looked at.
 *
 * @param minute When it was closed, in minutes since 1970.
 */
export function packedBatch(
  { type, count, data }: Batch,
  body: Uint8Array,
  { minute, containsPayloads }: Pick<PackedBatch, "minute" | "containsPayloads">,
): PackedBatch {
  const times = new TimeRange();
  walkRecords(data, (at, end) => times.add(data, at, end));
  return {
    parts: [{ type, count }],
    encoding: Encoding.Delimited,
    minute,
    firstTime: times.first,
    lastTime: times.last,
    crc: crc32(data),
    recordBytes: data.length,
    containsPayloads,
    body,
  };
}

/** Packs a compact batch, which is small by itself. */
export function packedCompactBatch(
  { data, compact }: Batch & { readonly compact: CompactContent },
  { minute, containsPayloads }: Pick<PackedBatch, "minute" | "containsPayloads">,
): PackedBatch {
  const { parts, firstTime, lastTime, sumBytes } = compact;
  return {
    parts,
    encoding: Encoding.Compact,
    minute,
    firstTime,
    lastTime,
    crc: crc32(data),
    recordBytes: data.length,
    containsPayloads,
    body: packCompact(data, sumBytes),
  };
}
