/** Rows of a sensor's books, as protobuf-es reads them, and what must hold in each. */
import { fromBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { walkRecords } from "../../../lib/base/record/delimited.ts";
import { typeName } from "../../../lib/base/record/record_types.ts";
import { type SensorMinute, SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";

/** The rows among framed records. */
export function parseRows(data: Uint8Array): SensorMinute[] {
  const rows: SensorMinute[] = [];
  const { problem } = walkRecords(data, (at, end) => {
    rows.push(fromBinary(SensorMinuteSchema, data.subarray(at, end)));
  });
  assertEquals(problem, undefined);
  return rows;
}

/** Asserts that in this row everything that came in has gone somewhere, or is still held. */
export function assertBalanced(row: SensorMinute): void {
  const ended = row.Filtered + row.RefusedLinkType + row.Decoded + row.Truncated + row.Malformed +
    row.Incomplete + row.Unsupported + row.TooDeep + row.Unknown;
  assertEquals(row.Captured, ended, "packets");
  for (const each of row.Types) {
    const gone = each.Settled + each.InFlight + each.Waiting + each.Spooled + each.Evicted +
      each.TooLarge + each.Unwanted;
    assertEquals(each.Made + each.Resumed, gone, `records of type ${typeName(each.Type)}`);
    assertEquals(each.Waiting >= 0n && each.Spooled >= 0n, true, `${each.Waiting} wait`);
  }
}

/** Asserts that rows follow each other without a gap, and that no count goes back. */
export function assertConsecutive(rows: readonly SensorMinute[]): void {
  for (const [at, row] of rows.entries()) {
    const before = rows[at - 1];
    if (!before) continue;
    assertEquals([row.SpanStart, row.Run], [before.Timestamp, before.Run]);
    assertEquals(before.IsLast, false, "nothing behind the last row");
    const made = (each: SensorMinute) => each.Types.reduce((sum, { Made }) => sum + Made, 0n);
    assertEquals(made(row) >= made(before) && row.Captured >= before.Captured, true);
  }
}
