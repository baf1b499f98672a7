/**
 * Rows of the books that tell of neighbouring spans, as one. Nothing that is missing is told of a longer
 * span for that: only rows are joined in which nothing is.
 */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CollectorSpan,
  CollectorSpanSchema,
  type SensorMinute,
  SensorMinuteSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { missingIn } from "./sensor_row_checks.ts";
import { SessionEnd } from "./session_books.ts";

/** Joined rows of a sensor span this at most, ns. Those that it has joined itself may span more. */
const SENSOR_SPAN_NS = 300_000_000_000n;
/** Those of the collector. */
const COLLECTOR_SPAN_NS = 3_600_000_000_000n;

/** A row as a record, and where it comes from: of several, from the last one. */
export interface PlacedRow<Place> {
  readonly bytes: Uint8Array;
  readonly place: Place;
  /** What the record says, where somebody has parsed it; then it is the callee's. */
  readonly row?: SensorMinute;
}

/** A row that others may be joined with. */
interface Joined<Row, Place> {
  readonly row: Row;
  bytes: Uint8Array;
  place: Place;
}

/** In place of a record that is to be encoded anew. */
const CHANGED = new Uint8Array(0);

/** Joins rows of one session of a sensor, in their order. They are totals: one that is joined leaves itself out. */
export function joinSensorRows<Place>(rows: readonly PlacedRow<Place>[]): PlacedRow<Place>[] {
  const joined: (Joined<SensorMinute, Place> & { readonly isQuiet: boolean })[] = [];
  for (const { bytes, place, row = fromBinary(SensorMinuteSchema, bytes) } of rows) {
    const before = joined.at(-1);
    const isQuiet = before !== undefined && follows(before.row, row) &&
      missingIn(before.row) === missingIn(row);
    if (!isQuiet || !before.isQuiet || !fits(before.row, row, SENSOR_SPAN_NS)) {
      joined.push({ row, bytes, place, isQuiet });
      continue;
    }
    row.SpanStart = before.row.SpanStart;
    joined[joined.length - 1] = { row, bytes: CHANGED, place, isQuiet };
  }
  return joined.map(({ row, bytes, place }) => ({
    bytes: bytes === CHANGED ? toBinary(SensorMinuteSchema, row) : bytes,
    place,
  }));
}

/** Joins rows of a collector, in their order, session by session. They are differences, and are added. */
export function joinCollectorRows<Place>(rows: readonly PlacedRow<Place>[]): PlacedRow<Place>[] {
  const joined: Joined<CollectorSpan, Place>[] = [];
  const last = new Map<bigint, Joined<CollectorSpan, Place>>();
  for (const { bytes, place } of rows) {
    const row = fromBinary(CollectorSpanSchema, bytes);
    const before = last.get(row.Session);
    if (before && isAllStored(row) && mayBeJoined(before.row, row)) {
      add(before.row, row);
      before.bytes = toBinary(CollectorSpanSchema, before.row);
      continue;
    }
    const added = { row, bytes, place };
    last.set(row.Session, added);
    joined.push(added);
  }
  return joined.map(({ bytes, place }) => ({ bytes, place }));
}

function follows(before: SensorMinute, { Run, Session, SpanStart }: SensorMinute): boolean {
  return Run === before.Run && Session === before.Session && SpanStart === before.Timestamp &&
    !before.IsLast;
}

function fits(
  { SpanStart }: { readonly SpanStart: bigint },
  { Timestamp }: { readonly Timestamp: bigint },
  longest: bigint,
): boolean {
  return Timestamp - SpanStart <= longest;
}

function mayBeJoined(before: CollectorSpan, row: CollectorSpan): boolean {
  return isAllStored(before) && before.End === SessionEnd.None &&
    row.SpanStart === before.Timestamp && row.After === before.Sequence &&
    fits(before, row, COLLECTOR_SPAN_NS);
}

function isAllStored({ Refused, Lost, Unstored }: CollectorSpan): boolean {
  return Refused.length === 0 && Lost === 0n && Unstored === 0n;
}

function add(sum: CollectorSpan, row: CollectorSpan): void {
  sum.Timestamp = row.Timestamp;
  sum.Sequence = row.Sequence;
  sum.End = row.End;
  sum.Duplicates += row.Duplicates;
  for (const stored of row.Stored) {
    const of = sum.Stored.find(({ Type }) => Type === stored.Type);
    if (!of) sum.Stored.push(stored);
    else {
      of.Batches += stored.Batches;
      of.Records += stored.Records;
    }
  }
  sum.Stored.sort((a, b) => a.Type - b.Type);
}
