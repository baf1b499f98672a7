import { assertEquals } from "@std/assert";
import { formatTime, parseTime } from "../../../lib/write/read/time_text.ts";

Deno.test("formatTime() writes a time as the original's CSV has it", () => {
  // ../shared/spec/files.md, section 6; the others by Go's time.Unix(0, n).UTC().String().
  const cases: [bigint, string][] = [
    [1600000000123456000n, "2020-09-13 12:26:40.123456 +0000 UTC"],
    [1600000000000000000n, "2020-09-13 12:26:40 +0000 UTC"],
    [0n, "1970-01-01 00:00:00 +0000 UTC"],
    [1n, "1970-01-01 00:00:00.000000001 +0000 UTC"],
    [-1n, "1969-12-31 23:59:59.999999999 +0000 UTC"],
    [9223372036854775807n, "2262-04-11 23:47:16.854775807 +0000 UTC"],
    [-9223372036854775808n, "1677-09-21 00:12:43.145224192 +0000 UTC"],
  ];
  for (const [nanos, text] of cases) assertEquals(formatTime(nanos), text);
});

Deno.test("parseTime() reads RFC 3339 times, dates and Unix seconds", () => {
  const cases: [string, bigint][] = [
    ["2020-09-13T12:26:40Z", 1600000000000000000n],
    ["2020-09-13t12:26:40.123456789z", 1600000000123456789n],
    ["2020-09-13 14:26:40.5+02:00", 1600000000500000000n],
    ["2020-09-13T09:56:40.1234567891-02:30", 1600000000123456789n],
    ["1970-01-01", 0n],
    ["2020-02-29", 1582934400000000000n],
    ["1600000000", 1600000000000000000n],
    ["1600000000.25", 1600000000250000000n],
  ];
  for (const [text, nanos] of cases) assertEquals(parseTime(text), nanos, text);
});

Deno.test("parseTime() reads the times that a dump prints", () => {
  const cases: [string, bigint][] = [
    ["1795510911424348000", 1795510911424348000n],
    ["1000000000000000", 1000000000000000n],
    ["2026-11-24 09:01:51.424348 +0000 UTC", 1795510911424348000n], // date -d … +%s
    ["2020-09-13 12:26:40 +0000 UTC", 1600000000000000000n],
  ];
  for (const [text, nanos] of cases) assertEquals(parseTime(text), nanos, text);
});

Deno.test("parseTime() refuses everything else", () => {
  const texts = ["", "now", "-5", "1e9", "2020-02-30", "2020-13-01", "2020-09-13T12:26Z"];
  const offsets = ["2020-09-13T12:26:40", "2020-09-13T25:00:00Z", "2020-09-13T12:26:40+24:00"];
  const others = ["16000000000", "12345678901234567890", "2020-09-13 12:26:40 +0200 CEST"];
  for (const text of [...texts, ...offsets, ...others]) {
    assertEquals(parseTime(text), undefined, text);
  }
});
