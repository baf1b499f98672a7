import { assertEquals } from "@std/assert";
import { Allowance } from "../../lib/base/allowance.ts";

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
