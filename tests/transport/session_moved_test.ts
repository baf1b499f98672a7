/** What a sensor does when its collector says something else of itself than before. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Said } from "../said.ts";
import { until } from "../until.ts";
import { MemoryHost, nowAt } from "./memory_host.ts";
import { connect, serve } from "./session_ends.ts";

const [TCP, UDP] = [38, 37];
const batchOf = (type: number, byte: number) => ({
  type,
  count: 1,
  data: Uint8Array.of(2, 0x08, byte),
});

Deno.test("where a collector stores somewhere else all is sent again in a new session, and counted", async () => {
  const log = new Said();
  using before = new MemoryHost(new Map(), 5, new Uint8Array(16).fill(1));
  using after = new MemoryHost(new Map(), 5, new Uint8Array(16).fill(2));
  let host: MemoryHost | undefined = before;
  await using server = await serve(nowAt(() => host));
  await using client = await connect(server.address.port, log);
  await client.send(batchOf(TCP, 1));
  await until("it is settled", () => client.counts.get(TCP)?.sent === 1);
  before.isStalled = true;
  for (const byte of [2, 3]) await client.send(batchOf(TCP, byte));
  await until("they have come", () => before.accepted === 3);
  host = undefined;
  server.review(); // ends the connection
  await until("the sensor knows", () => log.problems.length > 0);
  before.isStalled = false; // what it has, the sensor never hears of
  host = after;
  await client.finish();
  const { sent, failed, maybeTwice } = client.counts.get(TCP)!;
  assertEquals([sent, failed, maybeTwice], [3, 0, 2]);
  const stored = [...after.disk.values()].flatMap(({ batches }) => batches);
  assertEquals(stored.map(({ sequence }) => sequence), [1n, 2n]);
  assert(
    log.problems.some(([, text]) => /stores somewhere else now/.test(text)),
    `${log.problems}`,
  );
});

Deno.test("records of types that the collector does not want are made, counted and not sent", async () => {
  using host = new MemoryHost();
  host.wantedTypes = [TCP];
  await using server = await serve(host);
  const log = new Said();
  await using client = await connect(server.address.port, log);
  for (const byte of [1, 2, 3]) {
    await client.send(batchOf(TCP, byte));
    await client.send(batchOf(UDP, byte));
  }
  await client.finish();
  const { sent, unwanted } = client.counts.get(UDP)!;
  assertEquals([client.counts.get(TCP)?.sent, sent, unwanted], [3, 0, 3]);
  const types = [...host.disk.values()].flatMap(({ batches }) =>
    batches.map(({ parts }) => parts[0]!.type)
  );
  assertEquals(types, [TCP, TCP, TCP]);
  assertEquals([log.problems, client.error], [[], undefined]);
  assertMatch(log.lines.join("\n"), /^connected to/m);
});
