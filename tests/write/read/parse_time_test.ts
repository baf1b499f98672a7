import { assertEquals } from "@std/assert";
import { parseTime, parseTimeSpan } from "../../../lib/write/read/parse_time.ts";
import { timeFormat } from "../../../lib/write/read/time_text.ts";

/** 2020-09-13T12:26:40Z */
const NOW = 1600000000000000000n;

/** Times and what `date -u -d … +%s%N` says, at NOW in UTC. */
const TIMES: [string, bigint][] = [
  ["2020-09-13T12:26:40Z", NOW],
  ["2020-09-13t12:26:40.123456789z", 1600000000123456789n],
  ["2020-09-13 14:26:40.5+02:00", 1600000000500000000n],
  ["2020-09-13T09:56:40.1234567891-02:30", 1600000000123456789n],
  ["2020-09-13T12:26", 1599999960000000000n],
  ["2020-09-13 12:26:40", NOW],
  ["1970-01-01", 0n],
  ["1969-12-31T23:59:59.5Z", -500000000n],
  ["2020-02-29", 1582934400000000000n],
  ["1600000000", NOW],
  ["1600000000.25", 1600000000250000000n],
  ["now", NOW],
  ["09:02", 1599987720000000000n],
  ["9:02:03.5", 1599987723500000000n],
  ["23:59", 1600041540000000000n],
  ["-1h", 1599996400000000000n],
  ["-90s", 1599999910000000000n],
  ["-1d12h0.5s", 1599870399500000000n],
  ["-250ms", 1599999999750000000n],
  // What dumps print.
  ["1795510911424348000", 1795510911424348000n],
  ["1000000000000000", 1000000000000000n],
  ["-9223372036854775808", -9223372036854775808n],
  ["2026-11-24 09:01:51.424348 +0000 UTC", 1795510911424348000n],
  ["2020-09-13 12:26:40 +0000 UTC", NOW],
  ["1874-12-07T13:43:57.999999999-04:56:02", -3000000000000000001n],
];

Deno.test("parseTime() reads times as people write them and as dumps print them", () => {
  for (const [text, nanos] of TIMES) assertEquals(parseTime(text, { now: NOW }), nanos, text);
});

Deno.test("parseTime() reads what timeFormat() writes", () => {
  for (const zone of ["UTC", "Europe/Berlin", "Africa/Monrovia"]) {
    for (const nanos of [0n, -1n, NOW + 1n, 9223372036854775807n, -9223372036854775808n]) {
      const read = (form: "full" | "ns") => parseTime(timeFormat(form, zone)(nanos), { now: 0n });
      assertEquals(read("full"), nanos);
      if (String(nanos).length > 15) assertEquals(read("ns"), nanos);
    }
    const short = timeFormat("short", zone)(NOW);
    assertEquals(parseTime(short, { now: 0n, zone }), NOW, short);
  }
});

Deno.test("parseTime() takes a time without offset for one of the zone", () => {
  // TZ=Europe/Berlin date -d … +%s; the skipped 02:30 as RFC 5545, 3.3.5, has it.
  const cases: [string, bigint][] = [
    ["2020-09-13", 1599948000n],
    ["2020-09-13 14:26:40", 1600000000n],
    ["2020-09-13 14:26:40Z", 1600007200n],
    ["14:26", 1599999960n],
    ["2024-10-27 02:30", 1729989000n],
    ["2024-03-31 02:30", 1711848600n],
  ];
  for (const [text, seconds] of cases) {
    assertEquals(
      parseTime(text, { now: NOW, zone: "Europe/Berlin" }),
      seconds * 1_000_000_000n,
      text,
    );
  }
});

Deno.test("parseTime() refuses everything else", () => {
  const texts = ["", "yesterday", "-5", "1e9", "2020-02-30", "2020-13-01", "2020-9-13", "-1x", "-"];
  const times = ["2020-09-13T25:00:00Z", "2020-09-13T24:00", "2016-12-31T23:59:60Z", "25:00"];
  const offsets = ["2020-09-13T12:26:40+24:00", "2020-09-13T12:26:40+2:00", "2020-09-13+02:00"];
  const others = ["16000000000", "12345678901234567890", "2020-09-13 12:26:40 +0200 CEST"];
  for (const text of [...texts, ...times, ...offsets, ...others]) {
    assertEquals(parseTime(text, { now: NOW }), undefined, text);
  }
});

/** The span's ends in a zone; `undefined` for an open one. */
function spanOf(from: string | undefined, to: string | undefined, now: string, zone = "UTC") {
  const outcome = parseTimeSpan(from, to, { now: parseTime(now, { now: 0n, zone })!, zone });
  if (!outcome.ok) return outcome.wrong;
  const text = timeFormat("short", zone);
  const ends = [outcome.span.from, outcome.span.to];
  return ends.map((nanos) => nanos === undefined ? undefined : text(nanos).slice(5, 16));
}

Deno.test("parseTimeSpan() finds the day of a time of the day", () => {
  assertEquals(spanOf("09:02", undefined, "2020-09-13 12:00"), ["09-13 09:02", undefined]);
  assertEquals(spanOf("23:50", undefined, "2020-09-13 12:00"), ["09-12 23:50", undefined]);
  assertEquals(spanOf(undefined, "18:00", "2020-09-13 12:00"), [undefined, "09-13 18:00"]);
  assertEquals(spanOf("09:02", "18:00", "2020-09-13 12:00"), ["09-13 09:02", "09-13 18:00"]);
  assertEquals(spanOf("09:02", "18:00", "2020-09-13 08:00"), ["09-12 09:02", "09-12 18:00"]);
  assertEquals(spanOf("23:50", "00:10", "2020-09-13 12:00"), ["09-12 23:50", "09-13 00:10"]);
  assertEquals(spanOf("2020-09-01 10:00", "11:00", "2020-09-13 12:00"), [
    "09-01 10:00",
    "09-01 11:00",
  ]);
  // The day before was 23 hours long.
  assertEquals(spanOf("23:50", "00:10", "2024-04-01 12:00", "Europe/Berlin"), [
    "03-31 23:50",
    "04-01 00:10",
  ]);
});

Deno.test("parseTimeSpan() says which end is no time", () => {
  assertEquals(spanOf("soon", "09:02", "2020-09-13 12:00"), "from");
  assertEquals(spanOf("25:00", undefined, "2020-09-13 12:00"), "from");
  assertEquals(spanOf("09:02", "24:01", "2020-09-13 12:00"), "to");
});
