import { assertEquals } from "@std/assert";
import { Allowance } from "../../../lib/base/wait/allowance.ts";

/** How many of `count` are allowed at a time. */
function taken(allowance: Allowance, count: number, nowMs: number): number {
  return Array.from({ length: count }, () => allowance.take(nowMs)).filter(Boolean).length;
}

Deno.test("so many are allowed at once, then as many a second, and no more after a long pause", () => {
  const allowance = new Allowance(100);
  assertEquals(taken(allowance, 300, 5), 100);
  assertEquals(taken(allowance, 300, 5 + 500), 50);
  assertEquals(taken(allowance, 300, 5 + 509), 0);
  assertEquals(taken(allowance, 300, 5 + 510), 1);
  assertEquals(taken(allowance, 300, 1e9), 100);
});

Deno.test("after a pause it is no more at once than was said", () => {
  const allowance = new Allowance(100, 20);
  assertEquals(taken(allowance, 300, 5), 20);
  assertEquals(taken(allowance, 300, 5 + 100), 10);
  assertEquals(taken(allowance, 300, 1e9), 20);
});

Deno.test("what is spent without being allowed is owed: who stays above the rate is allowed nothing", () => {
  const allowance = new Allowance(100);
  const spent = [[80, 0], [80, 0], [1, 0], [1, 599], [30, 602], [30, 800], [30, 1000]] as const;
  assertEquals(
    spent.map(([count, nowMs]) => allowance.spend(count, nowMs)),
    [true, true, false, false, false, false, false],
  );
  // 500 and more a second leave a debt of one second; 90 a second are within the rate.
  for (let nowMs = 1000; nowMs < 5000; nowMs += 100) {
    assertEquals(allowance.spend(50, nowMs), false);
  }
  const within = Array.from({ length: 150 }, (_, n) => allowance.spend(9, 5000 + 100 * n));
  assertEquals(within.indexOf(true), within.lastIndexOf(false) + 1);
  assertEquals(within.at(-1), true);
});
