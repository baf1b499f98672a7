/** How a sensor's session ends where the collector does not have everything. */
import { until } from "../until.ts";
import { assert, assertEquals } from "@std/assert";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { Said } from "../said.ts";
import { Peer } from "./loopback.ts";
import { connect } from "./session_ends.ts";

const ETHERNET = typeNumber("Ethernet");

Deno.test("a signal ends the wait for what is not acknowledged, as is said when it begins", async () => {
  using nobody = new Peer();
  const stop = new AbortController();
  const log = new Said();
  await using client = await connect(nobody.address.port, log, {
    lingerMs: 30_000,
    signal: stop.signal,
  });
  await client.send({ type: ETHERNET, count: 1, data: new Uint8Array(100) });
  const finishing = client.finish();
  await until("it says so", () => log.lines.some((line) => line.includes("Ctrl-C ends the wait")));
  const beganMs = performance.now();
  stop.abort();
  await finishing;
  const tookMs = performance.now() - beganMs;
  assert(tookMs < 20_000, `it took ${tookMs} ms`);
  assertEquals(client.counts.of(ETHERNET).failed, 1);
});

Deno.test("a signal that ends the capture leaves the time to linger", async () => {
  using nobody = new Peer();
  const log = new Said();
  await using client = await connect(nobody.address.port, log, {
    lingerMs: 1500,
    signal: AbortSignal.abort(),
  });
  await client.send({ type: ETHERNET, count: 1, data: new Uint8Array(100) });
  const beganMs = performance.now();
  await client.finish();
  const tookMs = performance.now() - beganMs;
  assert(tookMs > 1000, `it took ${tookMs} ms`);
});
