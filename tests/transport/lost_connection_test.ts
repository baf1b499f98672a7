/** What a sensor says of a connection that it has lost. */
import { until } from "../until.ts";
import { assertEquals } from "@std/assert";
import { Said } from "../said.ts";
import { MemoryHost } from "./memory_host.ts";
import { UdpRelay } from "./udp_relay.ts";
import { connect, LOOPBACK, serve } from "./session_ends.ts";

Deno.test("a sensor says what became of its connection, and not in the words of the runtime", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  using relay = new UdpRelay(server.address);
  const collector = { hostname: LOOPBACK, port: relay.address.port };
  const log = new Said();
  await using _client = await connect(collector.port, log);
  await until("it is connected", () => log.lines.length > 0);
  relay.isCut = true;
  await until("it says what is the case", () => log.problems.length > 0);
  assertEquals(log.problems, [[
    "connection: nothing has come for 6 s",
    `Not connected to the collector ${LOOPBACK}:${collector.port}: nothing has come for 6 s; ` +
    "trying again",
  ]]);
});
