import { assert, assertEquals } from "@std/assert";
import type { Address } from "../../lib/transport/address.ts";
import { ownOrder } from "../../lib/transport/own_order.ts";

const COLLECTORS: [Address, ...Address[]] = [
  { hostname: "a.example", port: 1335 },
  { hostname: "b.example", port: 1335 },
  { hostname: "::1", port: 1335 },
];
const keyOf = (n: number) => new Uint8Array(32).fill(n);

Deno.test("many sensors share their collectors, and those of one that is gone go to all others", () => {
  const seconds = new Map<string, number>();
  const firsts = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string) =>
    counts.set(name, (counts.get(name) ?? 0) + 1);
  for (let n = 0; n < 200; n++) {
    const order = ownOrder(COLLECTORS, keyOf(n));
    assertEquals(order.length, 3);
    count(firsts, order[0].hostname);
    if (order[0].hostname === "::1") count(seconds, order[1]!.hostname);
    const [a, b, c] = COLLECTORS;
    assertEquals(ownOrder([c!, a, b!], keyOf(n)), order, "however they are listed");
    const left = order.slice(1);
    assertEquals(ownOrder([left[1]!, left[0]!], keyOf(n)), left, "without the first");
  }
  // Of 200 throws with a third each, fewer than 40 have a chance of 1 to 100,000.
  for (const { hostname } of COLLECTORS) assert(firsts.get(hostname)! > 40, `${[...firsts]}`);
  assertEquals(seconds.size, 2);
});
