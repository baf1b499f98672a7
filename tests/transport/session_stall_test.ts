import { assertEquals, assertMatch } from "@std/assert";
import { typeNumber } from "../../lib/base/record_types.ts";
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { SessionClient } from "../../lib/transport/session_client_io.ts";
import { SessionServer } from "../../lib/transport/session_server_io.ts";
import { Said } from "../said.ts";
import { until } from "../until.ts";
import { MemoryHost } from "./memory_host.ts";

Deno.test("a sensor says once that its collector acknowledges nothing", async () => {
  using host = new MemoryHost();
  const keyPair = newKeyPair();
  await using server = new SessionServer({
    address: { hostname: "127.0.0.1", port: 0 },
    keys: [await importStaticKey(keyPair)],
    host,
    log: new Said(),
  });
  const log = new Said();
  await using client = await SessionClient.open({
    collector: server.address,
    collectorKey: keyPair.publicKey,
    keys: newKeyPair(),
    name: "plant",
    containsPayloads: false,
    maxQueueBytes: 8 << 20,
    waits: true,
    lingerMs: 1000,
    signal: new AbortController().signal,
    log,
  });
  await until("it is connected", () => log.lines.length > 0);
  host.isStalled = true;
  const batch = { type: typeNumber("Ethernet"), count: 1, data: new Uint8Array(100) };
  const beganMs = performance.now();
  await client.send(batch);
  await until("it says so", () => log.problems.length > 0);
  assertMatch(
    log.problems[0]![1],
    /^The collector 127\.0\.0\.1:\d+ has acknowledged nothing for 10 s: [5-9]\d\d bytes wait for it$/,
  );
  await until("some time is over", () => performance.now() - beganMs > 12_000);
  host.isStalled = false;
  await until("it is stored", () => client.waitingBytes === 0);
  assertEquals(log.problems.length, 1);
});
