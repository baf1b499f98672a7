/** The collector's rows as records: `CollectorSpan`, `CollectorFile` and `SensorAlarm`. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  CollectorFileSchema,
  type CollectorSpan,
  CollectorSpanSchema,
  type SensorAlarm,
  SensorAlarmSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { type FramedRows, frameRows } from "../framed_rows.ts";

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
  return frameRows("CollectorSpan", now, rows.map((row) => toBinary(CollectorSpanSchema, row)));
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
  return frameRows("CollectorFile", now, records);
}

/** Rows of what was noticed about a sensor. @param now Their time, ns since 1970. */
export function encodeAlarmRows(now: bigint, rows: readonly SensorAlarm[]): FramedRows {
  return frameRows("SensorAlarm", now, rows.map((row) => toBinary(SensorAlarmSchema, row)));
}
