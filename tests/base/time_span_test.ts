import { assertEquals } from "@std/assert";
import { spanWithin, type TimeSpan } from "../../lib/base/time_span.ts";

Deno.test("spanWithin() holds the times that both spans hold", () => {
  const ends = [undefined, 1n, 3n, 5n];
  const spans: TimeSpan[] = ends.flatMap((from) => ends.map((to) => ({ from, to })));
  const holds = ({ from, to }: TimeSpan, time: bigint) =>
    (from === undefined || time >= from) && (to === undefined || time < to);
  for (const one of spans) {
    for (const other of spans) {
      for (let time = 0n; time < 7n; time++) {
        const expected = holds(one, time) && holds(other, time);
        assertEquals(holds(spanWithin(one, other), time), expected);
      }
    }
  }
});
