import { assertEquals, assertMatch } from "@std/assert";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { Said } from "../said.ts";
import { until } from "../until.ts";
import { MemoryHost } from "./memory_host.ts";
import { connect, serve } from "./session_ends.ts";

Deno.test("a sensor says once that its collector acknowledges nothing", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  const log = new Said();
  await using client = await connect(server.address.port, log);
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
