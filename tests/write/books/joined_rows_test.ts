/** Which rows of the books become one, and what they tell then. */
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { CollectorSpanSchema, SensorMinuteSchema } from "../../../proto/gen/netcap_pb.ts";
import { joinCollectorRows, joinSensorRows } from "../../../lib/write/books/joined_rows.ts";

const MINUTE = 60_000_000_000n;
const [TCP, UDP] = [38, 37];

type SensorFields = MessageInitShape<typeof SensorMinuteSchema>;
type SpanFields = MessageInitShape<typeof CollectorSpanSchema>;

/** Begins and ends in minutes, and the place of the last row, of what is left of rows of a minute each. */
function sensorSpans(rows: readonly SensorFields[]): (number | bigint)[][] {
  const placed = rows.map((fields, n) => ({
    place: n,
    bytes: toBinary(
      SensorMinuteSchema,
      create(SensorMinuteSchema, {
        ...{ SpanStart: BigInt(n) * MINUTE, Timestamp: BigInt(n + 1) * MINUTE, Run: 1n },
        ...fields,
      }),
    ),
  }));
  return joinSensorRows(placed).map(({ bytes, place }) => {
    const { SpanStart, Timestamp } = fromBinary(SensorMinuteSchema, bytes);
    return [SpanStart / MINUTE, Timestamp / MINUTE, place];
  });
}

Deno.test("minutes of a sensor without a loss are joined up to five; the last one is left as it is", () => {
  const rows = Array.from({ length: 13 }, (_, n) => ({ Captured: BigInt(n), Decoded: BigInt(n) }));
  // Of the first row nobody knows whether it tells of a loss.
  assertEquals(sensorSpans(rows), [[0n, 1n, 0], [1n, 6n, 5], [6n, 11n, 10], [11n, 13n, 12]]);
});

Deno.test("a minute that tells of a loss is joined with none, nor is what does not follow it", () => {
  const quiet = (n: number) => Array.from({ length: n }, () => ({}));
  const lossy = { DroppedByKernel: 7n };
  const after = (n: number) => Array.from({ length: n }, () => lossy);
  assertEquals(
    sensorSpans([...quiet(4), lossy, ...after(3)]),
    [[0n, 1n, 0], [1n, 4n, 3], [4n, 5n, 4], [5n, 8n, 7]],
  );
  const evicted = (Evicted: bigint) => ({ Types: [{ Type: TCP, Evicted }] });
  assertEquals(
    sensorSpans([{}, evicted(1n), evicted(2n), evicted(2n), evicted(2n)]),
    [[0n, 1n, 0], [1n, 2n, 1], [2n, 3n, 2], [3n, 5n, 4]],
  );
  for (const other of [{ Run: 2n }, { Session: 2n }, { SpanStart: 3n * MINUTE + 1n }]) {
    const rows = [{}, {}, {}, other, { ...other, SpanStart: 4n * MINUTE }];
    assertEquals(sensorSpans(rows).map(([, , place]) => place), [0, 2, 3, 4]);
  }
  const isLast = { IsLast: true };
  assertEquals(sensorSpans([{}, {}, isLast, {}]).map(([, , place]) => place), [0, 2, 3]);
});

/** What is left of rows of five minutes each. */
function collectorRows(rows: readonly SpanFields[]) {
  const placed = rows.map((fields, n) => ({
    place: n,
    bytes: toBinary(
      CollectorSpanSchema,
      create(CollectorSpanSchema, {
        ...{ SpanStart: BigInt(5 * n) * MINUTE, Timestamp: BigInt(5 * n + 5) * MINUTE },
        ...{ Session: 1n, After: BigInt(10 * n), Sequence: BigInt(10 * n + 10) },
        ...fields,
      }),
    ),
  }));
  return joinCollectorRows(placed).map(({ bytes }) => fromBinary(CollectorSpanSchema, bytes));
}

Deno.test("rows of the collector are added up to an hour where all was stored, session by session", () => {
  const stored = { Stored: [{ Type: TCP, Batches: 2n, Records: 30n }], Duplicates: 1n };
  const more = { Stored: [{ Type: UDP, Batches: 1n, Records: 4n }] };
  const rows = collectorRows([...Array.from({ length: 13 }, () => stored), more]);
  assertEquals(
    rows.map(({ SpanStart, Timestamp, After, Sequence, Duplicates, Stored }) => [
      ...[SpanStart / MINUTE, Timestamp / MINUTE, After, Sequence, Duplicates],
      Stored.map(({ Type, Batches, Records }) => [Type, Batches, Records]),
    ]),
    [
      [0n, 60n, 0n, 120n, 12n, [[TCP, 24n, 360n]]],
      [60n, 70n, 120n, 140n, 1n, [[UDP, 1n, 4n], [TCP, 2n, 30n]]],
    ],
  );
  // Two sessions side by side, each with every second row.
  const sides = collectorRows(
    Array.from({ length: 4 }, (_, n) => ({
      Session: BigInt(n % 2),
      SpanStart: BigInt(n >> 1) * MINUTE,
      Timestamp: BigInt((n >> 1) + 1) * MINUTE,
      After: BigInt(n >> 1),
      Sequence: BigInt((n >> 1) + 1),
    })),
  );
  assertEquals(sides.map(({ Session, Sequence }) => [Session, Sequence]), [[0n, 2n], [1n, 2n]]);
});

Deno.test("a row of the collector that tells of more than what was stored keeps its own span", () => {
  const refused = { Refused: [{ Reason: 7, Type: TCP, Batches: 1n, Records: 1n }] };
  for (const amiss of [refused, { Lost: 1n }, { Unstored: 1n }]) {
    const rows = collectorRows([{}, {}, amiss, {}, {}]);
    assertEquals(rows.map(({ Sequence }) => Sequence), [20n, 30n, 50n]);
  }
  // How a session stands is told with its time; a gap in the numbers stays one.
  const gone = collectorRows([{}, { End: 2 }, {}, {}]);
  assertEquals(gone.map(({ Sequence, End }) => [Sequence, End]), [[20n, 2], [40n, 0]]);
  const gap = collectorRows([{}, {}, { After: 21n }]);
  assertEquals(gap.map(({ Sequence }) => Sequence), [20n, 30n]);
});
