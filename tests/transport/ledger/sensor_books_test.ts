/** A sensor's books in virtual time: which rows there are, when, and what they cost. */
import { assert, assertEquals } from "@std/assert";
import { deflateRawSync } from "node:zlib";
import { createCaptureCounts } from "../../../lib/capture/capture_counts.ts";
import { createLiveCounts } from "../../../lib/capture/live_options.ts";
import { createFollowCounts } from "../../../lib/follow/follow_counts.ts";
import { packedBatch } from "../../../lib/pack/packed_batch.ts";
import { SensorBooks } from "../../../lib/transport/ledger/sensor_books.ts";
import type { SessionCounts } from "../../../lib/transport/ledger/sensor_books.ts";
import { batchOfRows, type SensorRow } from "../../../lib/transport/ledger/sensor_row.ts";
import { NOTHING_SENT } from "../../../lib/transport/sent_counts.ts";
import { batchBytes } from "../../../lib/transport/session/session_batch.ts";
import { SCHEMA } from "../../../lib/transport/session/session_message.ts";
import { assertBalanced, assertConsecutive, parseRows } from "./rows.ts";

const MINUTE_MS = 60_000;
const BEGIN_MS = 1_000_000;
/** 2026-11-28 00:00:00 UTC. */
const BEGIN = 1_795_824_000_000_000_000n;
const RUN = 0xfedc_ba98_7654_3210n;
/** What a message has before its body. */
const MESSAGE_HEAD_BYTES = 5;
const [ARP, TCP, UDP] = [11, 38, 37];

/** A sensor that counts what a test says, in virtual minutes. */
class Clocked {
  readonly books = new SensorBooks(MINUTE_MS, RUN, { time: BEGIN, ms: BEGIN_MS });
  readonly made = new Map<number, number>();
  readonly live = createLiveCounts();
  dropped = 0;
  minutes = 0;

  get counts(): SessionCounts {
    const none = new Map<number, number>();
    const packets = [...this.made.values()].reduce((sum, count) => sum + count, 0);
    return {
      pipeline: {
        capture: createCaptureCounts(),
        dissect: { packets, decoded: packets, failed: {}, unknown: {}, cut: 0, oversized: 0 },
        live: this.live,
        ...{ made: this.made, dropped: none, open: none, waiting: none },
      },
      delivered: this.made,
      sent: new Map(
        [...this.made].map(([type, made]) => {
          const dropped = type === TCP ? this.dropped : 0;
          return [type, { ...NOTHING_SENT, sent: made - dropped, dropped }];
        }),
      ),
      session: {
        ...{ session: RUN, sequence: BigInt(this.minutes), takesBooks: true },
        ...{ taken: this.made, inFlight: none, waiting: none, spooled: none },
      },
    };
  }

  make(records: number, types = [TCP]): void {
    for (const type of types) this.made.set(type, (this.made.get(type) ?? 0) + records);
  }

  /** A minute is over: the rows that are sent then. */
  minute(): SensorRow[] {
    const ms = BEGIN_MS + ++this.minutes * MINUTE_MS;
    this.books.close(this.counts, { time: timeAt(this.minutes), ms });
    return this.books.take({ ms });
  }
}

function timeAt(minutes: number): bigint {
  return BEGIN + BigInt(minutes * MINUTE_MS) * 1_000_000n;
}

Deno.test("every minute in which something was seen is a row, and is sent at once", () => {
  const sensor = new Clocked();
  for (let minute = 1; minute <= 10; minute++) {
    sensor.make(minute % 2 === 0 ? 10_000 : 1);
    const rows = sensor.minute();
    assertEquals(rows.map(({ time, spanStart }) => [spanStart, time]), [
      [timeAt(minute - 1), timeAt(minute)],
    ]);
  }
});

Deno.test("minutes in which nothing was seen are one row, which is 4 minutes late at most", () => {
  const sensor = new Clocked();
  const sentAt: number[] = [];
  const rows: SensorRow[] = [];
  for (let minute = 1; minute <= 60; minute++) {
    if (minute === 1) sensor.make(3);
    const sent = sensor.minute();
    if (sent.length > 0) sentAt.push(minute);
    rows.push(...sent);
  }
  assertEquals(sentAt, [1, 6, 11, 16, 21, 26, 31, 36, 41, 46, 51, 56]);
  assertEquals(rows.length, 12);
  const parsed = parseRows(batchOfRows(rows).data);
  parsed.forEach(assertBalanced);
  assertConsecutive(parsed);
  assertEquals(parsed.at(-1)!.Types[0]!.Made, 3n);
  assertEquals(parsed[0]!.SpanStart, BEGIN);
});

Deno.test("what becomes of older records, and packets that nobody wants, wake no quiet minute", () => {
  const sensor = new Clocked();
  sensor.make(5);
  sensor.minute();
  sensor.live.received += 100;
  sensor.live.leftOut += 100;
  assertEquals(sensor.minute(), []);
});

Deno.test("a minute that loses something is sent at once, with the quiet ones before it", () => {
  const losses: ((sensor: Clocked) => void)[] = [
    ({ live }) => live.droppedByKernel++,
    ({ live }) => live.droppedByInterface++,
    ({ live }) => live.interruptions++,
    (sensor) => sensor.dropped++,
  ];
  for (const lose of losses) {
    const sensor = new Clocked();
    sensor.make(5);
    sensor.minute();
    assertEquals([sensor.minute(), sensor.minute()], [[], []]);
    lose(sensor);
    const rows = sensor.minute();
    assertEquals(rows.map(({ spanStart, time }) => [spanStart, time]), [
      [timeAt(1), timeAt(3)],
      [timeAt(3), timeAt(4)],
    ]);
    assertEquals(sensor.minute(), [], "the next minute is quiet again");
  }
});

Deno.test("a quiet sensor's books cost less than 100 message bytes a minute over an hour", () => {
  const types = Array.from({ length: 20 }, (_, n) => n + 30); // of records, every fourth minute some
  const sensor = new Clocked();
  let bytes = 0;
  let rows = 0;
  for (let minute = 1; minute <= 60; minute++) {
    if (minute % 4 === 0) sensor.make(1 + minute % 7, types);
    const sent = sensor.minute();
    if (sent.length === 0) continue;
    const batch = batchOfRows(sent);
    const packed = packedBatch(batch, deflateRawSync(batch.data), {
      ...{ minute, containsPayloads: false },
    });
    bytes += MESSAGE_HEAD_BYTES + batchBytes(SCHEMA, packed);
    rows += sent.length;
  }
  assert(rows >= 12, `${rows} rows`);
  assert(bytes <= 60 * 100, `${bytes} bytes in an hour`);
});

Deno.test("while nobody takes rows, quiet minutes join up to an hour, and three days are kept", () => {
  const sensor = new Clocked();
  const close = (minutes: number, records: number) => {
    for (let n = 0; n < minutes; n++) {
      if (records > 0) sensor.make(records);
      const ms = BEGIN_MS + ++sensor.minutes * MINUTE_MS;
      sensor.books.close(sensor.counts, { time: timeAt(sensor.minutes), ms });
    }
  };
  close(150, 0);
  const quiet = sensor.books.take({ ms: Infinity });
  assertEquals(quiet.map(({ time }) => time), [timeAt(60), timeAt(120), timeAt(150)]);
  close(72 * 60, 1000);
  const rows = sensor.books.take({ ms: Infinity });
  assert(rows.length <= 1440, `${rows.length} rows`);
  const parsed = parseRows(batchOfRows([...quiet, ...rows]).data);
  parsed.forEach(assertBalanced);
  assertConsecutive(parsed);
  assertEquals(parsed.at(-1)!.Types[0]!.Made, BigInt(72 * 60 * 1000));
  const last = parsed.at(-1)!;
  assertEquals(last.Timestamp - last.SpanStart, 60_000_000_000n, "the newest are not joined");
});

Deno.test("the last row is never joined, and is sent at once", () => {
  const sensor = new Clocked();
  assertEquals(sensor.minute(), []);
  const ms = BEGIN_MS + 1.5 * MINUTE_MS;
  sensor.books.close(sensor.counts, { time: timeAt(1.5), ms }, true);
  const rows = sensor.books.take({ ms });
  assertEquals(rows.map(({ isLast }) => isLast), [false, true]);
});

Deno.test("a row says what each count is of, and leaves out what is 0", () => {
  const sensor = new Clocked();
  sensor.make(7, [UDP]);
  sensor.make(2 ** 40, [ARP]);
  Object.assign(sensor.live, {
    ...{ received: 1, droppedByKernel: 2, droppedByInterface: 3, leftOut: 5, interruptions: 6 },
  });
  const { pipeline, session, sent } = sensor.counts;
  const failed = {
    "Tcp truncated": 11,
    "Dns truncated": 1,
    "Dns malformed": 13,
    "Tcp too deep": 23,
  };
  sensor.books.close(
    {
      pipeline: {
        ...pipeline,
        capture: { delivered: 60, refused: 8, filtered: 9, clampedTimes: 99 },
        dissect: {
          ...{ packets: 135, decoded: 10, cut: 4, oversized: 31, unknown: { "A unknown 1": 29 } },
          failed: { ...failed, "Dns incomplete": 17, "Ntp unsupported": 19, "Ah truncated": 12 },
        },
        follow: { ...createFollowCounts(), opened: 67, evicted: 37 },
        dropped: new Map([[UDP, 1]]),
        open: new Map([[UDP, 41]]),
        waiting: new Map([[UDP, 2]]),
      },
      delivered: new Map([[UDP, 100]]),
      sent: new Map([...sent, [UDP, {
        ...{ ...NOTHING_SENT, sent: 43, parts: 999, bytes: 999, failed: 999 },
        ...{ dropped: 3, tooLarge: 5, unwanted: 6, maybeTwice: 47, resumed: 59, spooled: 999 },
      }]]),
      session: {
        ...{ ...session, session: 3n, sequence: 9n },
        ...{ taken: new Map([[UDP, 60]]), inFlight: new Map([[UDP, 53]]) },
        waiting: new Map([[UDP, 4]]),
        spooled: new Map([[UDP, 61]]),
      },
    },
    { time: timeAt(1), ms: BEGIN_MS + MINUTE_MS },
    true,
  );
  const [row] = parseRows(batchOfRows(sensor.books.take({ ms: BEGIN_MS })).data);
  const { $typeName: _, Types, ...fields } = row!;
  assertEquals<unknown>(fields, {
    ...{
      Timestamp: timeAt(1),
      SpanStart: BEGIN,
      Run: RUN,
      Session: 3n,
      Sequence: 9n,
      IsLast: true,
    },
    ...{ Received: 1n, DroppedByKernel: 2n, DroppedByInterface: 3n, Interruptions: 6n },
    ...{ Captured: 157n, Filtered: 14n, RefusedLinkType: 8n, Cut: 4n, Decoded: 10n },
    ...{ Truncated: 24n, Malformed: 13n, Incomplete: 17n, Unsupported: 19n, TooDeep: 23n },
    ...{ Unknown: 29n, Oversized: 31n, Conversations: 67n, EvictedConversations: 37n },
  });
  assertEquals(Types.map(({ Type }) => Type as number), [ARP, UDP]);
  assertEquals(Types[0]!.Made, 2n ** 40n);
  const { $typeName: __, ...udp } = Types[1]!;
  assertEquals<unknown>(udp, {
    ...{ Type: UDP, Made: 48n, Settled: 43n, InFlight: 53n, Waiting: 41n + 2n + 40n + 4n },
    ...{ Evicted: 4n, TooLarge: 5n, Unwanted: 6n, MaybeTwice: 47n, Resumed: 59n, Spooled: 61n },
  });
});
