/** What a sensor says of a connection that it has lost. */
import { until } from "../until.ts";
import { assertEquals } from "@std/assert";
import { importStaticKey } from "../../lib/seal/agreement_key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { SessionClient } from "../../lib/transport/session_client_io.ts";
import { SessionServer } from "../../lib/transport/session_server_io.ts";
import { Said } from "../said.ts";
import { MemoryHost } from "./memory_host.ts";
import { UdpRelay } from "./udp_relay.ts";

const HOSTNAME = "127.0.0.1";

Deno.test("a sensor says what became of its connection, and not in the words of the runtime", async () => {
  using host = new MemoryHost();
  const keyPair = newKeyPair();
  await using server = new SessionServer({
    address: { hostname: HOSTNAME, port: 0 },
    keys: [await importStaticKey(keyPair)],
    host,
    log: new Said(),
  });
  using relay = new UdpRelay(server.address);
  const collector = { hostname: HOSTNAME, port: relay.address.port };
  const log = new Said();
  await using _client = await SessionClient.open({
    collector,
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
  relay.isCut = true;
  await until("it says what is the case", () => log.problems.length > 0, 10_000);
  assertEquals(log.problems, [[
    "connection",
    `Not connected to the collector ${HOSTNAME}:${collector.port}: nothing has come for 6 s; ` +
    "trying again",
  ]]);
});
