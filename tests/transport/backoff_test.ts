import { assert, assertEquals } from "@std/assert";
import { backoffMs } from "../../lib/transport/backoff.ts";

const MIDDLE = 0.5;

Deno.test("waits double from 200 ms on, and are spread by a quarter", () => {
  assertEquals([1, 2, 3, 4, 5].map((tries) => backoffMs(tries, 0, 0, MIDDLE)), [
    200,
    400,
    800,
    1600,
    3200,
  ]);
  assertEquals([backoffMs(3, 0, 0, 0), backoffMs(3, 0, 0, 1)], [600, 1000]);
});

Deno.test("in the first minute tries begin at most 5 s apart, and later at most 25 s", () => {
  for (let tries = 1; tries < 5000; tries++) {
    for (const random of [0, MIDDLE, 1]) {
      for (const triedMs of [0, 1, 1000, 4000]) {
        assert(triedMs + backoffMs(tries, 59_999, triedMs, random) <= 5000);
        assert(triedMs + backoffMs(tries, 60_000, triedMs, random) <= 25_000);
      }
    }
  }
  assertEquals(backoffMs(4000, 1e9, 0, MIDDLE), 20_000);
});
