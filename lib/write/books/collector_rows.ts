/** The collector's rows as records: `CollectorSpan` and `CollectorFile`. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  CollectorFileSchema,
  type CollectorSpan,
  CollectorSpanSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { frameRecords } from "../../base/delimited.ts";
import { typeNumber } from "../../base/record_types.ts";

/** Records of one type, framed, as a batch has them. */
export interface FramedRows {
  readonly type: number;
  readonly count: number;
  readonly records: Uint8Array;
  /** Smallest and largest of their times, ns since 1970. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
}

/** What one session has in a file. */
export interface FileSession {
  /** Arrivals, ns since 1970. */
  first: bigint;
  last: bigint;
  /** Sequences; 0 without session. */
  firstSequence: bigint;
  lastSequence: bigint;
  batches: number;
  records: number;
}

/** Rows of what became of sessions and datagrams; at least one. */
export function encodeSpanRows(rows: readonly CollectorSpan[]): FramedRows {
  const records = rows.map((row) => toBinary(CollectorSpanSchema, row));
  return framed("CollectorSpan", records, rows.map(({ Timestamp }) => Timestamp));
}

/**
 * Rows that tell what was in a file that is deleted, one a session; at least one.
 *
 * @param now Ns since 1970.
 */
export function encodeFileRows(
  now: bigint,
  { name, type }: { readonly name: string; readonly type: number },
  sessions: ReadonlyMap<bigint, FileSession>,
): FramedRows {
  const records = [...sessions].map(([session, of]) =>
    toBinary(
      CollectorFileSchema,
      create(CollectorFileSchema, {
        Timestamp: now,
        File: name,
        Type: type,
        First: of.first,
        Last: of.last,
        Session: session,
        FirstSequence: of.firstSequence,
        LastSequence: of.lastSequence,
        Batches: BigInt(of.batches),
        Records: BigInt(of.records),
      }),
    )
  );
  return framed("CollectorFile", records, records.map(() => now));
}

function framed(
  name: string,
  records: readonly Uint8Array[],
  times: readonly bigint[],
): FramedRows {
  const sorted = times.toSorted((a, b) => (a < b ? -1 : 1));
  return {
    type: typeNumber(name),
    count: records.length,
    records: frameRecords(records),
    firstTime: sorted[0]!,
    lastTime: sorted.at(-1)!,
  };
}
