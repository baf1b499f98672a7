/** The collector's rows as records: `CollectorSpan` and `CollectorFile`. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  CollectorFileSchema,
  type CollectorSpan,
  CollectorSpanSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { frameRecords } from "../../base/delimited.ts";
import { typeNumber } from "../../base/record_types.ts";

/** Rows of one type as framed records, as a batch has them. */
export interface FramedRows {
  readonly type: number;
  readonly count: number;
  readonly records: Uint8Array;
  /** Of all of them, ns since 1970. */
  readonly time: bigint;
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

/**
 * Rows of what became of sessions and datagrams.
 *
 * @param now Their time, ns since 1970.
 */
export function encodeSpanRows(now: bigint, rows: readonly CollectorSpan[]): FramedRows {
  return framed("CollectorSpan", now, rows.map((row) => toBinary(CollectorSpanSchema, row)));
}

/**
 * Rows that tell what was in a file that is deleted, one a session.
 *
 * @param now Their time, ns since 1970.
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
  return framed("CollectorFile", now, records);
}

function framed(name: string, time: bigint, records: readonly Uint8Array[]): FramedRows {
  return {
    type: typeNumber(name),
    count: records.length,
    records: frameRecords(records),
    time,
  };
}
