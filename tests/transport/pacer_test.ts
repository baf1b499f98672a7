import { assert, assertEquals } from "@std/assert";
import { DATAGRAM_COST_BYTES, Pacer } from "../../lib/transport/pacer.ts";

const BYTES = 1500 - DATAGRAM_COST_BYTES;

Deno.test("Pacer keeps its rate over time, each datagram with its cost", () => {
  const pacer = new Pacer(1_500_000, 6000, 0);
  let nowMs = 0;
  for (let datagram = 0; datagram < 10_000; datagram++) nowMs += pacer.spend(BYTES, nowMs);
  // 10,000 datagrams of 1,500 bytes at 1.5 MB/s take 10 s, less the burst of 4 ms.
  assert(Math.abs(nowMs - 9996) < 2, `${nowMs} ms`);
});

Deno.test("Pacer lets no more than its burst go after a pause, however long", () => {
  const pacer = new Pacer(1_500_000, 6000, 0);
  let atOnce = 0;
  while (pacer.spend(BYTES, 3_600_000) === 0) atOnce++;
  assertEquals(atOnce, 4);
});

Deno.test("Pacer without a limit never waits", () => {
  const pacer = new Pacer(Infinity, 6000, 0);
  for (let datagram = 0; datagram < 1000; datagram++) assertEquals(pacer.spend(65_507, 0), 0);
});
