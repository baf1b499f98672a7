import { frameRecords } from "../../base/record/delimited.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import { typeNumber } from "../../base/record/record_types.ts";
import { WireWriter } from "../../base/record/wire_writer.ts";
import type { Batch } from "../../gather/batch.ts";
import { SensorMinuteSchema, SensorMinuteTypeSchema } from "../../../proto/netcap_tags.ts";
import { PACKET_COUNTERS, RECORD_COUNTERS } from "./counters.ts";

/** A row of a sensor's books: all that it has counted since it began, at one moment. */
export interface SensorRow {
  /** When the books were closed, and when they were closed for the row before; ns since 1970. */
  readonly time: bigint;
  readonly spanStart: bigint;
  /** Tells this run of the sensor from others. */
  readonly run: bigint;
  readonly session: bigint;
  /** The highest number that a batch of that session was given. */
  readonly sequence: bigint;
  /** Whether the sensor has ended in order. */
  readonly isLast: boolean;
  /** As {@linkcode PACKET_COUNTERS} has them. */
  readonly packets: readonly number[];
  /** As {@linkcode RECORD_COUNTERS} has them, by record type, ascending. */
  readonly types: ReadonlyMap<number, readonly number[]>;
}

const ROW = tagsOf(SensorMinuteSchema);
const TYPE = tagsOf(SensorMinuteTypeSchema);
const INITIAL_BYTES = 1024;

/** The rows as a batch of `SensorMinute` records. */
export function batchOfRows(rows: readonly SensorRow[]): Batch {
  const data = frameRecords(rows.map(encodeRow));
  return { type: typeNumber("SensorMinute"), count: rows.length, data };
}

function encodeRow(row: SensorRow): Uint8Array {
  const out = new WireWriter(INITIAL_BYTES);
  out.int64(ROW.Timestamp, row.time);
  out.int64(ROW.SpanStart, row.spanStart);
  out.int64(ROW.Run, row.run);
  out.int64(ROW.Session, row.session);
  out.int64(ROW.Sequence, row.sequence);
  out.bool(ROW.IsLast, row.isLast);
  for (const [at, { name }] of PACKET_COUNTERS.entries()) {
    out.int64(ROW[name] as Tag<bigint>, BigInt(row.packets[at]!));
  }
  for (const [type, counts] of row.types) {
    const mark = out.open(ROW.Types);
    out.uint32(TYPE.Type, type);
    for (const [at, { name }] of RECORD_COUNTERS.entries()) {
      out.int64(TYPE[name] as Tag<bigint>, BigInt(counts[at]!));
    }
    out.close(mark);
  }
  return out.bytes.subarray(0, out.at);
}
