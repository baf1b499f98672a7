/** How a sensor's session ends where the collector does not have everything. */
import { until } from "../until.ts";
import { assert, assertEquals } from "@std/assert";
import { typeNumber } from "../../lib/base/record_types.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { SessionClient } from "../../lib/transport/session_client_io.ts";
import { Said } from "../said.ts";
import { Peer } from "./loopback.ts";

const ETHERNET = typeNumber("Ethernet");

Deno.test("a signal ends the wait for what is not acknowledged, as is said when it begins", async () => {
  using nobody = new Peer();
  const stop = new AbortController();
  const log = new Said();
  await using client = await open(nobody.address.port, log, stop.signal);
  await client.send({ type: ETHERNET, count: 1, data: new Uint8Array(100) });
  const finishing = client.finish();
  await until("it says so", () => log.lines.some((line) => line.includes("Ctrl-C ends at once")));
  const beganMs = performance.now();
  stop.abort();
  await finishing;
  const tookMs = performance.now() - beganMs;
  assert(tookMs < 10_000, `it took ${tookMs} ms`);
  assertEquals(client.counts.of(ETHERNET).failed, 1);
});

Deno.test("a signal that ends the capture leaves the time to linger", async () => {
  using nobody = new Peer();
  const log = new Said();
  await using client = await open(nobody.address.port, log, AbortSignal.abort(), 1500);
  await client.send({ type: ETHERNET, count: 1, data: new Uint8Array(100) });
  const beganMs = performance.now();
  await client.finish();
  const tookMs = performance.now() - beganMs;
  assert(tookMs > 1000, `it took ${tookMs} ms`);
});

function open(
  port: number,
  log: Said,
  signal: AbortSignal,
  lingerMs = 30_000,
): Promise<SessionClient> {
  return SessionClient.open({
    collector: { hostname: "127.0.0.1", port },
    collectorKey: newKeyPair().publicKey,
    keys: newKeyPair(),
    name: "plant",
    containsPayloads: false,
    maxQueueBytes: 8 << 20,
    waits: true,
    lingerMs,
    signal,
    log,
  });
}
