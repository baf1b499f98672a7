import { assertEquals } from "@std/assert";
import { durationNanos } from "../../../lib/base/text/duration_nanos.ts";

Deno.test("durations are exact to the nanosecond, whatever their units", () => {
  const cases: [string, bigint | undefined][] = [
    ["1h30m", 5_400n * 10n ** 9n],
    ["1.5s", 1_500_000_000n],
    ["0.000000001s", 1n],
    ["0.0000000019s", 1n],
    ["1w1d", 8n * 86_400n * 10n ** 9n],
    ["9007199.254740993s", 2n ** 53n + 1n],
    ["2us3ns", 2_003n],
    ...["", "5", "s", "1h 30m", "-1h", "1parsec", "1.s", ".5s"].map((text) =>
      [text, undefined] as [string, undefined]
    ),
  ];
  for (const [text, nanos] of cases) assertEquals(durationNanos(text), nanos, text);
});
