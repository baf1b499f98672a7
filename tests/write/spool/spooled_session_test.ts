/** Sessions of sensors that spool, over loopback: outages, ends and kills on either side. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { inflateRawSync } from "node:zlib";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import type { Batch } from "../../../lib/gather/batch.ts";
import { priorityOf } from "../../../lib/gather/priority.ts";
import { importStaticKey } from "../../../lib/seal/agreement_key.ts";
import { newKeyPair } from "../../../lib/seal/key_file_io.ts";
import type { SessionClient } from "../../../lib/transport/sender/session_client_io.ts";
import { SessionServer } from "../../../lib/transport/server/session_server_io.ts";
import { Spool } from "../../../lib/write/spool/spool_io.ts";
import { Said } from "../../said.ts";
import { FirstSchemaCollector } from "../../transport/first_schema.ts";
import { MemoryHost } from "../../transport/memory_host.ts";
import { COLLECTOR, connect, serve } from "../../transport/session_ends.ts";
import { UdpRelay } from "../../transport/udp_relay.ts";
import { until } from "../../until.ts";
import { MemoryDisk } from "../files/memory_disk.ts";

const [ETHERNET, DNS] = [typeNumber("Ethernet"), typeNumber("DNS")];
const KEYS = newKeyPair();
const PORT_OF_NOBODY = { hostname: "127.0.0.1", port: 9 };

function batchOf(id: number, type = ETHERNET, bytes = 2_000): Batch {
  const data = new Uint8Array(6 + bytes);
  new DataView(data.buffer).setUint32(0, id);
  crypto.getRandomValues(data.subarray(6));
  return { type, count: 1, data };
}

/** The ids of what is stored, by session and in the order of their numbers. */
function storedIn(host: MemoryHost, type = ETHERNET): number[][] {
  return [...host.disk.values()].map(({ batches }) =>
    batches.filter(({ parts }) => parts[0]!.type === type).map(({ isSealed, opened, body }) => {
      assertEquals(opened !== undefined, isSealed === true);
      return new DataView(inflateRawSync(opened ?? body).buffer).getUint32(0);
    })
  );
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

interface SensorOptions {
  readonly waits?: boolean;
  /** For whom the spool is sealed. */
  readonly collectorKey?: Uint8Array;
  readonly maxBytes?: number;
  readonly lingerMs?: number;
  readonly spoolAfterMs?: number;
}

/** A sensor that spools, until it ends or is killed. */
class Sensor {
  readonly log = new Said();
  #spool!: Spool;
  client!: SessionClient;

  static async start(disk: MemoryDisk, port: number, options: SensorOptions = {}) {
    const {
      waits = false,
      collectorKey = COLLECTOR.publicKey,
      maxBytes = 64 << 20,
      lingerMs = 20_000,
    } = options;
    const sensor = new Sensor();
    sensor.#spool = await Spool.open({
      folder: "/spool",
      maxBytes,
      segmentBytes: 64 << 10,
      collectorKey,
      priorityOf,
      log: sensor.log,
      layer: disk,
    });
    sensor.client = await connect(port, sensor.log, {
      keys: KEYS,
      waits,
      lingerMs,
      ...(options.spoolAfterMs !== undefined && { spoolAfterMs: options.spoolAfterMs }),
      spool: sensor.#spool,
    });
    return sensor;
  }

  async send(from: number, to: number, type = ETHERNET): Promise<void> {
    for (let id = from; id < to; id++) await this.client.send(batchOf(id, type));
  }

  /** Ends in order; what became of its records. */
  async finish() {
    await this.client.finish();
    await this.kill();
    return this.client.counts.of(ETHERNET);
  }

  async kill(): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    this.#spool[Symbol.dispose]();
  }

  /** Records in the spool. */
  get held(): number {
    return this.#spool.held.get(ETHERNET) ?? 0;
  }

  get connections(): number {
    return this.log.lines.filter((line) => line.startsWith("connected to")).length;
  }

  get isSpooling(): boolean {
    return this.log.lines.some((line) => /goes into the spool/.test(line));
  }
}

Deno.test("what waits too long goes to disk, and comes to the collector once and in order", async () => {
  using host = new MemoryHost();
  const first = await serve(host);
  using relay = new UdpRelay(first.address);
  const disk = new MemoryDisk();
  const sensor = await Sensor.start(disk, relay.address.port);
  await sensor.send(0, 20);
  await until("they are settled", () => sensor.client.counts.of(ETHERNET).sent === 20);
  await first.close();
  for (let id = 20; !sensor.isSpooling || id < 60; id++) {
    await sensor.send(id, id + 1);
    if (id >= 60) await until("it spools", () => sensor.isSpooling);
  }
  await sensor.send(100, 140, DNS);
  using later = new MemoryHost(host.disk);
  await using second = await serve(later);
  relay.server = second.address;
  await until("the sensor is back", () => sensor.connections === 2);
  const { sent, failed, dropped, spooled, maybeTwice } = await sensor.finish();
  const ids = storedIn(later);
  assertEquals([failed, dropped, spooled, maybeTwice, ids.length], [0, 0, 0, 0, 1]);
  assertEquals(ids[0], upTo(sent));
  assertEquals(storedIn(later, DNS)[0], upTo(140).slice(100));
  assert(host.disk.values().some(({ batches }) => batches.some(({ isSealed }) => isSealed)));
  assertEquals([...disk.files.keys()], ["/spool/state"]);
});

Deno.test("a sensor that ends while the collector is away leaves all on disk, and the next one sends it", async () => {
  const disk = new MemoryDisk();
  const early = await Sensor.start(disk, PORT_OF_NOBODY.port);
  await early.send(0, 30);
  const { spooled, failed, sent } = await early.finish();
  assertEquals([spooled, failed, sent, early.client.error], [30, 0, 0, undefined]);
  assertMatch(
    early.log.lines.at(-1)!,
    /^30 records are left in the spool \/spool for the next start$/,
  );
  using host = new MemoryHost();
  await using server = await serve(host);
  const late = await Sensor.start(disk, server.address.port);
  await late.send(30, 50);
  const counts = await late.finish();
  assertEquals([counts.resumed, counts.sent, counts.spooled], [30, 50, 0]);
  assertEquals(storedIn(host), [upTo(50)]);
});

Deno.test("a sensor that is killed while it sends its spool goes on with the same numbers", async () => {
  const disk = new MemoryDisk();
  const early = await Sensor.start(disk, PORT_OF_NOBODY.port);
  await early.send(0, 100);
  await early.finish();
  using stalled = new MemoryHost();
  stalled.isStalled = true;
  const first = await serve(stalled);
  const killed = await Sensor.start(disk, first.address.port);
  await until("some have come", () => stalled.accepted >= 10);
  await killed.kill();
  stalled.isStalled = false; // it stores them, and the sensor never hears of that
  await until("these are stored", () => storedIn(stalled)[0]!.length >= 10);
  await first.close();
  using host = new MemoryHost(stalled.disk);
  await using server = await serve(host);
  const late = await Sensor.start(disk, server.address.port);
  const { resumed, sent, maybeTwice } = await late.finish();
  assertEquals([resumed, sent, maybeTwice], [100, 100, 0]);
  assertEquals(storedIn(host), [upTo(100)]);
});

Deno.test("what is sealed for a key that the collector has not stays, and is said; what is new is sent all the same", async () => {
  const retired = newKeyPair();
  const disk = new MemoryDisk();
  const sealedFor = { collectorKey: retired.publicKey };
  const early = await Sensor.start(disk, PORT_OF_NOBODY.port, sealedFor);
  await early.send(0, 30);
  await early.finish();
  using host = new MemoryHost();
  const stranger = await serve(host);
  const blocked = await Sensor.start(disk, stranger.address.port, sealedFor);
  await until("it is said", () => blocked.log.problems.length > 0);
  assertMatch(
    blocked.log.problems[0]![1],
    /^The collector cannot open what is in the spool \/spool, .*: 30 records are left/,
  );
  await blocked.send(30, 50);
  const counts = await blocked.finish();
  assertEquals([counts.sent, counts.failed, counts.spooled], [20, 0, 30]);
  assertEquals(storedIn(host), [upTo(50).slice(30)]);
  await stranger.close();

  await using server = new SessionServer({
    address: { hostname: "127.0.0.1", port: 0 },
    keys: [await importStaticKey(COLLECTOR)],
    retiredKeys: [await importStaticKey(retired)],
    host,
    log: new Said(),
  });
  const late = await Sensor.start(disk, server.address.port);
  await late.send(50, 60);
  const { sent, spooled } = await late.finish();
  assertEquals([sent, spooled], [40, 0]);
  assertEquals(storedIn(host)[1], [...upTo(30), ...upTo(60).slice(50)]);
});

Deno.test("a collector of the first release gets what is new; what was sealed stays, and goes to the newer one", async () => {
  const disk = new MemoryDisk();
  const early = await Sensor.start(disk, PORT_OF_NOBODY.port);
  await early.send(0, 30);
  await early.finish();
  {
    await using older = new FirstSchemaCollector();
    const sensor = await Sensor.start(disk, older.port);
    await until("it is said", () => sensor.log.problems.length > 0);
    assertMatch(
      sensor.log.problems[0]![1],
      /^The collector cannot open what is in the spool \/spool, .*: 30 records are left/,
    );
    await sensor.send(30, 50);
    const { sent, failed, dropped, spooled } = await sensor.finish();
    assertEquals([sent, failed, dropped, spooled], [20, 0, 0, 30]);
    assertEquals(older.batches.length, 20);
  }
  using host = new MemoryHost();
  await using newer = await serve(host);
  const late = await Sensor.start(disk, newer.address.port);
  const { sent, spooled } = await late.finish();
  assertEquals([sent, spooled], [30, 0]);
  assertEquals(storedIn(host), [upTo(30)]);
});

Deno.test("a sensor whose disk fails while it spools says so and goes on in memory", async () => {
  const disk = new MemoryDisk();
  const sensor = await Sensor.start(disk, PORT_OF_NOBODY.port, { lingerMs: 500 });
  disk.faultAt = (_step, what) => what.startsWith("syncData") ? "EIO" : undefined;
  await sensor.send(0, 10);
  await until(
    "it is said",
    () => sensor.log.problems.some(([reason]) => reason === "spool failed"),
  );
  await sensor.send(10, 20);
  const { spooled, failed, dropped, sent } = await sensor.finish();
  assertEquals([spooled + failed, dropped, sent], [20, 0, 0]);
  assert(failed > 0);
});

Deno.test("where the disk fails at the end, all that was in flight or waited is counted all the same", async () => {
  const disk = new MemoryDisk();
  using stalled = new MemoryHost();
  stalled.isStalled = true;
  await using server = await serve(stalled);
  const sensor = await Sensor.start(disk, server.address.port, { lingerMs: 300 });
  await sensor.send(0, 10);
  await until("they are in flight", () => stalled.accepted === 10);
  await sensor.send(10, 60); // more than the credit
  await until("it spools", () => sensor.isSpooling);
  await until("they are on disk", () => sensor.held > 0 && sensor.client.state.waiting.size === 0);
  disk.faultAt = (_step, what) => what.startsWith("write") ? "EIO" : undefined;
  const { sent, dropped, failed, spooled } = await sensor.finish();
  assert(failed > 0);
  assertEquals([sent, dropped, failed + spooled], [0, 1, 59]);
});

Deno.test("reading a file waits while queue and spool are full, and nothing is dropped", async () => {
  using relay = new UdpRelay(PORT_OF_NOBODY);
  const options = { waits: true, maxBytes: 300_000 };
  const sensor = await Sensor.start(new MemoryDisk(), relay.address.port, options);
  let sent = 0;
  const sending = (async () => {
    for (; sent < 4_500; sent++) await sensor.client.send(batchOf(sent));
  })();
  await until("it spools", () => sensor.isSpooling);
  await until("both are full", () => sensor.client.waitingBytes > (8 << 20) - 10_000);
  assert(sent < 4_500, "reading waits");
  using host = new MemoryHost();
  await using server = await serve(host);
  relay.server = server.address;
  await sending;
  const { sent: stored, dropped, failed } = await sensor.finish();
  assertEquals([stored, dropped, failed], [4_500, 0, 0]);
  assertEquals(storedIn(host), [upTo(4_500)]);
});

Deno.test("a sensor all of whose batches go through the spool loses none when it is killed, and doubles none", async () => {
  const disk = new MemoryDisk();
  using stalled = new MemoryHost();
  const first = await serve(stalled);
  const options = { spoolAfterMs: 0 };
  const killed = await Sensor.start(disk, first.address.port, options);
  await killed.send(0, 40);
  await until("some are settled", () => killed.client.counts.of(ETHERNET).sent > 0);
  stalled.isStalled = true;
  await killed.send(40, 80);
  await until("more have come", () => stalled.accepted > killed.client.counts.of(ETHERNET).sent);
  await until("all are on disk", () => killed.held === 80 - killed.client.counts.of(ETHERNET).sent);
  await killed.kill();
  stalled.isStalled = false;
  await until("what came is stored", () => storedIn(stalled)[0]!.length === stalled.accepted);
  await first.close();
  using host = new MemoryHost(stalled.disk);
  await using server = await serve(host);
  const late = await Sensor.start(disk, server.address.port, options);
  await late.send(80, 90);
  const { failed, maybeTwice, spooled } = await late.finish();
  assertEquals([failed, maybeTwice, spooled], [0, 0, 0]);
  assertEquals(storedIn(host).flat(), upTo(90));
});

Deno.test("what was in flight at the end stands before what was spooled later, and counts as maybe twice", async () => {
  const disk = new MemoryDisk();
  using stalled = new MemoryHost();
  stalled.isStalled = true;
  const first = await serve(stalled);
  const early = await Sensor.start(disk, first.address.port, { lingerMs: 300 });
  await early.send(0, 10);
  await until("they are in flight", () => stalled.accepted === 10);
  await early.send(10, 60); // more than the credit
  await until("it spools", () => early.isSpooling);
  const { maybeTwice, spooled, failed } = await early.finish();
  assert(maybeTwice >= 10, `${maybeTwice}`);
  assertEquals([spooled, failed], [60, 0]);
  await first.close();
  using host = new MemoryHost();
  await using server = await serve(host);
  const late = await Sensor.start(disk, server.address.port);
  await late.send(60, 70);
  assertEquals((await late.finish()).sent, 70);
  assertEquals(storedIn(host), [upTo(70)]);
});
