/** Sessions from client to server, over a network that does what networks do. */
import { until } from "../until.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import { inflateRaw } from "../../lib/pack/gzip.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { QuicDialer } from "../../lib/transport/quic/quic_dialer_io.ts";
import type { SessionClient } from "../../lib/transport/sender/session_client_io.ts";
import {
  encodeWant,
  MessageType,
  parseRejected,
  Rejection,
} from "../../lib/transport/session/session_message.ts";
import { Said } from "../said.ts";
import { MemoryHost, type MemorySession } from "./memory_host.ts";
import { Peer } from "./loopback.ts";
import { UdpRelay } from "./udp_relay.ts";
import { connect, connectRaw, LOOPBACK, serve } from "./session_ends.ts";

const ETHERNET = typeNumber("Ethernet");

/** A batch that says which one it is, and is of random bytes besides. */
function batchOf(id: number, bytes = 10_000): Batch {
  const data = new Uint8Array(6 + bytes);
  new DataView(data.buffer).setUint32(0, id);
  for (let at = 6; at < data.length; at += 1 << 16) {
    crypto.getRandomValues(data.subarray(at, at + (1 << 16)));
  }
  return { type: ETHERNET, count: 1, data };
}

/** Which batches are stored, in their order. */
function stored(disk: ReadonlyMap<string, MemorySession>): number[] {
  return [...disk.values()].flatMap(({ batches }) =>
    batches.map(({ body, recordBytes }) => {
      const unpacked = inflateRaw(body, recordBytes);
      assert("bytes" in unpacked);
      return new DataView(unpacked.bytes.buffer, unpacked.bytes.byteOffset).getUint32(0);
    })
  );
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

const acknowledged = (client: SessionClient) => client.counts.of(ETHERNET).sent;
const connections = ({ lines }: Said) => lines.filter((line) => line.startsWith("connected to"));

Deno.test("everything arrives once and in order through a network that loses, doubles and reorders", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  const weather = { loss: 0.05, duplication: 0.05, delayMs: 10, jitterMs: 10 };
  using relay = new UdpRelay(server.address, weather, 3);
  const log = new Said();
  await using client = await connect(relay.address.port, log);
  for (let id = 0; id < 200; id++) await client.send(batchOf(id));
  await client.finish();
  assertEquals(acknowledged(client), 200);
  assertEquals(stored(host.disk), upTo(200));
  assertEquals(log.problems, []);
  assert(relay.counts.lost > 20, "the weather was too good");
});

Deno.test("a cut connection is noticed in seconds and another takes its place", async () => {
  using host = new MemoryHost();
  const said = new Said();
  await using server = await serve(host, { log: said });
  using relay = new UdpRelay(server.address);
  const log = new Said();
  await using client = await connect(relay.address.port, log);
  for (let id = 0; id < 20; id++) await client.send(batchOf(id));
  await until("all of the first are acknowledged", () => acknowledged(client) === 20);
  relay.isCut = true;
  for (let id = 20; id < 40; id++) await client.send(batchOf(id));
  await until("the sensor notices", () => log.problems.length > 0);
  await until("the collector notices", () => said.problems.length > 0);
  assertEquals(acknowledged(client), 20);
  relay.isCut = false;
  await client.finish();
  assertEquals(acknowledged(client), 40);
  assertEquals(stored(host.disk), upTo(40));
  assertEquals(connections(log).length, 2);
});

Deno.test("a short cut is survived by the same connection", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  using relay = new UdpRelay(server.address, { delayMs: 5 });
  const log = new Said();
  await using client = await connect(relay.address.port, log);
  await client.send(batchOf(0));
  await until("the first is acknowledged", () => acknowledged(client) === 1);
  const cut = relay.cut(1000);
  for (let id = 1; id < 50; id++) await client.send(batchOf(id));
  await cut;
  await client.finish();
  assertEquals(stored(host.disk), upTo(50));
  assertEquals([connections(log).length, log.problems], [1, []]);
});

Deno.test("a sensor whose address changes goes on with the same connection", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  using relay = new UdpRelay(server.address, { delayMs: 5 });
  const log = new Said();
  await using client = await connect(relay.address.port, log);
  for (let id = 0; id < 60; id++) {
    await client.send(batchOf(id));
    if (id % 20 !== 10) continue;
    await until("what was sent is acknowledged", () => acknowledged(client) === id + 1);
    relay.rebind();
  }
  await client.finish();
  assertEquals(stored(host.disk), upTo(60));
  assertEquals([connections(log).length, log.problems], [1, []]);
});

Deno.test("a collector that ends and is started again gets the rest of the same session", async () => {
  using host = new MemoryHost();
  const log = new Said();
  const first = await serve(host);
  // Within one process its port is not free again at once: the relay stands for it.
  using relay = new UdpRelay(first.address);
  await using client = await connect(relay.address.port, log);
  for (let id = 0; id < 30; id++) await client.send(batchOf(id));
  await until("some are acknowledged", () => acknowledged(client) > 0);
  await first.close();
  for (let id = 30; id < 60; id++) await client.send(batchOf(id));
  using later = new MemoryHost(host.disk);
  await using second = await serve(later);
  relay.server = second.address;
  await client.finish();
  assertEquals(acknowledged(client), 60);
  assertEquals([host.disk.size, stored(host.disk)], [1, upTo(60)]);
  assertMatch(
    log.problems[0]![1],
    /^Not connected to the collector .*: the collector ends; trying/,
  );
});

Deno.test("of two connections of one session the newer one stays, and the older is told", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  using older = await connectRaw(server);
  await older.hello(7n, "plant");
  await older.receive(MessageType.Welcome);
  using newer = await connectRaw(server);
  await newer.hello(7n, "plant");
  await newer.receive(MessageType.Welcome);
  const rejected = parseRejected((await older.receive(MessageType.Rejected)).body);
  assertEquals(rejected?.reason, Rejection.Fenced);
  await until("the older one is gone", () => server.sensors === 1);
});

Deno.test("the same session number under another name is another session", async () => {
  using host = new MemoryHost();
  const said = new Said();
  await using server = await serve(host, { log: said });
  using one = await connectRaw(server);
  await one.hello(7n, "plant");
  await one.receive(MessageType.Welcome);
  using other = await connectRaw(server);
  await other.hello(7n, "mill");
  await other.receive(MessageType.Welcome);
  assertEquals(server.sensors, 2);
  assertEquals([...host.disk.keys()].sort(), ["mill 7", "plant 7"]);
});

Deno.test("a key that is revoked in the middle of a session is rejected, and does not come back", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  const keys = newKeyPair();
  const log = new Said();
  const ended = new AbortController();
  await using client = await connect(server.address.port, log, {
    keys,
    lingerMs: 0,
    signal: ended.signal,
  });
  await client.send(batchOf(0));
  await until("the first is acknowledged", () => acknowledged(client) === 1);
  host.revoked.add(keys.publicKey.toHex());
  server.review();
  await until("it is told", () => log.problems.length >= 2);
  assertMatch(log.problems[0]![1], /: this sensor may not send any more; trying again$/);
  assertMatch(log.problems[1]![1], /: the key of this sensor is not one that may send; /);
  await client.send(batchOf(1));
  ended.abort();
  await client.finish();
  assertEquals([acknowledged(client), client.counts.of(ETHERNET).failed], [1, 1]);
  assertEquals(stored(host.disk), [0]);
});

Deno.test("sensors that stall do not stop others: 30 in every state, and 3 good ones", async () => {
  using host = new MemoryHost();
  await using server = await serve(host, { creditBytes: 4 << 20 });
  const { port } = server.address;
  const stack = new DisposableStack();
  using _peers = stack;
  for (let n = 0; n < 30; n++) {
    const dialer = stack.use(new QuicDialer({ hostname: LOOPBACK, port }));
    if (n % 3 === 0) {
      stack.use(await dialer.dial(new AbortController().signal)); // says nothing
      continue;
    }
    const peer = stack.use(await connectRaw(server));
    if (n % 3 === 1) continue; // has no name
    await peer.hello(BigInt(n + 1), `stalled-${n}`);
    await peer.receive(MessageType.Welcome);
    await peer.send(encodeWant({ next: 1000, all: 1 << 30 })); // and does not read any more
  }
  const log = new Said();
  const good = await Promise.all(
    upTo(3).map(async (n) => {
      await using client = await connect(port, log, { name: `good-${n}`, lingerMs: 120_000 });
      for (let id = 0; id < 100; id++) await client.send(batchOf(id, 120_000));
      await client.finish();
      return acknowledged(client);
    }),
  );
  assertEquals(good, [100, 100, 100]);
  // A busy machine may be late to answer who is not connected yet.
  const others = log.problems.filter(([, text]) => !text.includes("it does not answer"));
  assertEquals(others, []);
});

Deno.test("a sensor that nobody answers tries at most 5 s apart, from the first second on", async () => {
  using nobody = new Peer();
  const comes: number[] = [performance.now()];
  const listening = (async () => {
    for (;;) comes.push(await nobody.receiveFrom().then(() => performance.now()));
  })().catch(() => {});
  {
    await using _client = await connect(nobody.address.port, new Said());
    await until("it has tried for 9 s", () => performance.now() - comes[0]! > 9_000);
  }
  nobody[Symbol.dispose]();
  await listening;
  const gaps = comes.slice(1).map((ms, at) => ms - comes[at]!);
  // A busy machine is late now and then.
  assert(gaps.length > 3 && Math.max(...gaps) < 8000, gaps.map(Math.round).join(" "));
});

Deno.test("without a collector a sensor ends when the time to linger is over, and says what failed", async () => {
  using nobody = new UdpRelay({ hostname: LOOPBACK, port: 9 });
  nobody.isCut = true;
  await using client = await connect(nobody.address.port, new Said(), { lingerMs: 300 });
  for (let id = 0; id < 10; id++) await client.send(batchOf(id));
  const beganMs = performance.now();
  await client.finish();
  const tookMs = performance.now() - beganMs;
  assert(tookMs < 20_000, `it took ${tookMs} ms`);
  assertEquals([acknowledged(client), client.counts.of(ETHERNET).failed], [0, 10]);
});

Deno.test("a sensor ends in time though its collector is cut off in the middle", async () => {
  using host = new MemoryHost();
  await using server = await serve(host);
  using relay = new UdpRelay(server.address);
  await using client = await connect(relay.address.port, new Said(), { lingerMs: 300 });
  await client.send(batchOf(0));
  await until("it is connected", () => acknowledged(client) === 1);
  relay.isCut = true;
  for (let id = 1; id < 40; id++) await client.send(batchOf(id, 120_000)); // more than QUIC takes
  const beganMs = performance.now();
  await client.finish();
  const tookMs = performance.now() - beganMs;
  assert(tookMs < 20_000, `it took ${tookMs} ms`);
  assertEquals(client.counts.of(ETHERNET).failed, 39);
});

Deno.test("a server ends in time though its disk is stalled, and the sensor keeps what it has", async () => {
  using host = new MemoryHost();
  const first = await serve(host);
  using relay = new UdpRelay(first.address);
  await using client = await connect(relay.address.port, new Said());
  await client.send(batchOf(0));
  await until("the first is acknowledged", () => acknowledged(client) === 1);
  host.isStalled = true;
  for (let id = 1; id < 10; id++) await client.send(batchOf(id));
  const beganMs = performance.now();
  await first.close();
  const tookMs = performance.now() - beganMs;
  assert(tookMs < 20_000, `it took ${tookMs} ms`);
  host[Symbol.dispose]();
  using later = new MemoryHost(host.disk);
  await using second = await serve(later);
  relay.server = second.address;
  await client.finish();
  assertEquals(stored(host.disk), upTo(10));
});
