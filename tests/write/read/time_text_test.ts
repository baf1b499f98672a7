import { assertEquals } from "@std/assert";
import { formatTime, isZone, timeFormat } from "../../../lib/write/read/time_text.ts";
import { randomFractions } from "../../base/random_numbers.ts";
import { needs, PYTHON } from "../../needs.ts";
import { runPython } from "./python.ts";

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

/** Each by Python: `(datetime(1970, 1, 1, tzinfo=utc) + timedelta(seconds=n)).astimezone(ZoneInfo(zone))`. */
const ZONED: [bigint, string, string][] = [
  [-1n, "UTC", "1969-12-31T23:59:59.999999999Z"],
  [9223372036854775807n, "UTC", "2262-04-11T23:47:16.854775807Z"],
  [-9223372036854775808n, "UTC", "1677-09-21T00:12:43.145224192Z"],
  // The hour that comes twice, and the one that is skipped.
  [1729987200000000000n, "Europe/Berlin", "2024-10-27T02:00:00.000000000+02:00"],
  [1729990800000000000n, "Europe/Berlin", "2024-10-27T02:00:00.000000000+01:00"],
  [1711846799999999999n, "Europe/Berlin", "2024-03-31T01:59:59.999999999+01:00"],
  [1711846800000000000n, "Europe/Berlin", "2024-03-31T03:00:00.000000000+02:00"],
  [0n, "Asia/Kathmandu", "1970-01-01T05:30:00.000000000+05:30"],
  [1600000000000000000n, "Asia/Kathmandu", "2020-09-13T18:11:40.000000000+05:45"],
  [1600000000000000000n, "Europe/London", "2020-09-13T13:26:40.000000000+01:00"],
  [1577836800000000000n, "Europe/London", "2020-01-01T00:00:00.000000000+00:00"],
  // Local mean time, with seconds.
  [-3000000000000000001n, "America/New_York", "1874-12-07T13:43:57.999999999-04:56:02"],
];

Deno.test("timeFormat() writes every nanosecond, with the offset of that time", () => {
  for (const [nanos, zone, text] of ZONED) {
    assertEquals(timeFormat("full", zone)(nanos), text);
  }
  assertEquals(timeFormat()(1600000000123456789n), "2020-09-13T12:26:40.123456789Z");
});

Deno.test("timeFormat() writes times for people, and for those who compute", () => {
  assertEquals(timeFormat("short")(1600000000123956789n), "2020-09-13 12:26:40.123");
  assertEquals(timeFormat("short", "+05:30")(1600000000000000000n), "2020-09-13 17:56:40.000");
  assertEquals(timeFormat("ns", "Europe/Berlin")(-9223372036854775808n), "-9223372036854775808");
});

Deno.test(needs("timeFormat() writes times in any order as Python does", PYTHON), async () => {
  const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];
  const random = randomFractions(5);
  // From 1975 to 2022: later rules are in one database and not yet in the other.
  let nanos = 0n;
  const times = Array.from({ length: 2000 }, (_, n) => {
    if (n % 4 === 0) nanos = BigInt(Math.floor((0.16 + 1.5 * random()) * 1e9)) * 1_000_000_000n;
    return nanos + BigInt(Math.floor(random() * 3e9)) - 1_000_000_000n;
  });
  const asked = new TextEncoder().encode(JSON.stringify([zones, times.map(String)]));
  const wanted = JSON.parse(new TextDecoder().decode(
    await runPython(
      `
import json
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
zones, times = json.loads(get())
def text(zone, nanos):
    second, rest = divmod(int(nanos), 10**9)
    t = datetime.fromtimestamp(second, timezone.utc).astimezone(ZoneInfo(zone)).isoformat()
    offset = t[19:] if zone != "UTC" else "Z"
    return f"{t[:19]}.{rest:09}{offset}"
put(json.dumps([[text(z, t) for t in times] for z in zones]).encode())
`,
      asked,
    ),
  )) as string[][];
  zones.forEach((zone, at) => assertEquals(times.map(timeFormat("full", zone)), wanted[at]));
});

Deno.test("isZone() knows the zones of the database and plain offsets", () => {
  for (const zone of ["UTC", "Europe/Berlin", "+05:30"]) assertEquals(isZone(zone), true, zone);
  for (const zone of ["", "Nowhere", "local", "Europe"]) assertEquals(isZone(zone), false, zone);
});
