/** A sensor's books in a session on loopback: what is in the rows that come. */
import { assertEquals, assertGreater } from "@std/assert";
import { inflateRawSync } from "node:zlib";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import { createCaptureCounts } from "../../../lib/capture/capture_counts.ts";
import type { Batch } from "../../../lib/gather/batch.ts";
import { newKeyPair } from "../../../lib/seal/key_file_io.ts";
import { SensorLedger } from "../../../lib/transport/ledger/sensor_ledger_io.ts";
import { SensorMeter } from "../../../lib/transport/ledger/sensor_meter_io.ts";
import { SessionClient } from "../../../lib/transport/sender/session_client_io.ts";
import type { SensorMinute } from "../../../proto/gen/netcap_pb.ts";
import { Spool } from "../../../lib/write/spool/spool_io.ts";
import { inFolder } from "../../programs/program.ts";
import { Said } from "../../said.ts";
import { until } from "../../until.ts";
import { MemoryHost, nowAt } from "../memory_host.ts";
import { COLLECTOR, LOOPBACK, serve } from "../session_ends.ts";
import { assertBalanced, assertConsecutive, parseRows } from "./rows.ts";

const BOOKS = typeNumber("SensorMinute");
const [TCP, UDP, DNS] = ["TCP", "UDP", "DNS"].map(typeNumber) as [number, number, number];
/** A minute of these tests. */
const MINUTE_MS = 20;

/** A sensor without a pipeline: what tests give it is delivered at once. */
class Sensor implements AsyncDisposable {
  readonly made = new Map<number, number>();
  #ledger!: SensorLedger;
  /** How often the books were closed. */
  closings = 0;
  readonly client: SessionClient;
  readonly #meter: SensorMeter;

  private constructor(client: SessionClient) {
    this.client = client;
    this.#meter = new SensorMeter(client);
  }

  static async open(
    port: number,
    log: Said,
    maxQueueBytes = 8 << 20,
    spool?: Spool,
    minuteMs = MINUTE_MS,
  ): Promise<Sensor> {
    const client = await SessionClient.open({
      collector: { hostname: LOOPBACK, port },
      collectorKey: COLLECTOR.publicKey,
      keys: newKeyPair(),
      name: "plant",
      ...{ containsPayloads: false, maxQueueBytes, waits: false, lingerMs: 10_000, log },
      signal: new AbortController().signal,
      beforeBye: () => sensor.#ledger.finish(),
      ...(spool && { spool, spoolAfterMs: 0 }),
    });
    const sensor = new Sensor(client);
    sensor.#ledger = new SensorLedger(client, sensor.#meter, minuteMs);
    sensor.#meter.begun((answer) => {
      sensor.closings++;
      answer({ ...sensor.#totals, open: NONE, waiting: NONE });
    });
    return sensor;
  }

  /** Makes records of so many random bytes, which do not compress, and has them sent. */
  async make(type: number, count: number, bytes = 1000): Promise<void> {
    const batch = randomBatch(type, count, bytes);
    this.made.set(type, (this.made.get(type) ?? 0) + count);
    this.#meter.deliver([batch]);
    await this.client.send(batch);
  }

  /** The pipeline ends, and all that is left is sent. */
  async finish(): Promise<void> {
    this.#meter.ended(this.#totals);
    await this.client.finish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ledger[Symbol.dispose]();
    await this.client[Symbol.asyncDispose]();
  }

  get #totals() {
    return {
      capture: createCaptureCounts(),
      dissect: { packets: 0, decoded: 0, failed: {}, unknown: {}, cut: 0, oversized: 0 },
      made: this.made,
      dropped: NONE,
    };
  }
}

const NONE: ReadonlyMap<number, number> = new Map();

function randomBatch(type: number, count: number, bytes: number): Batch {
  const record = 3 + bytes; // framed: uvarint(length) of 2 bytes and more
  const data = new Uint8Array(count * record);
  for (let n = 0; n < count; n++) {
    const at = n * record;
    data.set([bytes & 0x7f | 0x80, bytes >> 7 & 0x7f | 0x80, bytes >> 14], at);
    for (let chunk = 0; chunk < bytes; chunk += 65_536) {
      const end = Math.min(bytes, chunk + 65_536);
      crypto.getRandomValues(data.subarray(at + 3 + chunk, at + 3 + end));
    }
  }
  return { type, count, data };
}

/** The rows that came, of all sessions in their order. */
function rowsAt(host: MemoryHost): SensorMinute[] {
  return [...host.disk.values()].flatMap(({ batches }) =>
    batches.filter(({ parts }) => parts[0]!.type === BOOKS)
      .flatMap(({ body, opened = body }) => parseRows(inflateRawSync(opened)))
  );
}

function settledAt(host: MemoryHost, type: number): number {
  return [...host.disk.values()].flatMap(({ batches }) => batches)
    .flatMap(({ parts }) => parts).filter((part) => part.type === type)
    .reduce((sum, { count }) => sum + count, 0);
}

Deno.test("evictions, refusals of either end and what is held: every row is balanced", async () => {
  const log = new Said();
  using host = new MemoryHost();
  host.wantedTypes = [TCP, UDP, BOOKS];
  await using server = await serve(host);
  await using sensor = await Sensor.open(server.address.port, log, 200_000);
  await sensor.make(TCP, 10);
  await until("there is a row", () => rowsAt(host).length > 0);
  host.isStalled = true;
  for (let n = 0; n < 30; n++) await sensor.make(n % 2 === 0 ? TCP : UDP, 20);
  await sensor.make(TCP, 1, (1 << 20) + 10); // no batch can hold it
  await sensor.make(DNS, 7);
  const rowsBefore = rowsAt(host).length;
  const { closings } = sensor;
  await until("books have been closed meanwhile", () => sensor.closings > closings + 5);
  host.isStalled = false;
  await until("more rows", () => rowsAt(host).length > rowsBefore + 2);
  await sensor.finish();
  const rows = rowsAt(host);
  rows.forEach(assertBalanced);
  assertConsecutive(rows);
  const held = rows.map(({ Types }) =>
    Types.reduce((sum, { InFlight, Waiting }) => sum + InFlight + Waiting, 0n)
  );
  assertGreater(Math.max(...held.map(Number)), 0);
  const last = rows.at(-1)!;
  assertEquals([last.IsLast, held.at(-1)], [true, 0n]);
  const of = (type: number) => last.Types.find(({ Type }) => Type as number === type)!;
  assertEquals(of(DNS).Unwanted, 7n);
  assertEquals(of(TCP).TooLarge, 1n);
  assertGreater(Number(of(TCP).Evicted + of(UDP).Evicted), 0);
  for (const type of [TCP, UDP]) {
    assertEquals(Number(of(type).Made), sensor.made.get(type));
    assertEquals(Number(of(type).Settled), settledAt(host, type));
  }
  assertEquals(last.Types.map(({ Type }) => Type as number), [UDP, TCP, DNS], "no books in it");
});

Deno.test("a row tells the highest number of what it counts, and goes before what waits", async () => {
  const log = new Said();
  using host = new MemoryHost();
  await using server = await serve(host);
  await using sensor = await Sensor.open(server.address.port, log);
  await until("there are rows", async () => {
    await sensor.make(UDP, 10);
    return rowsAt(host).length > 2;
  });
  await sensor.finish();
  const [session] = host.disk.values();
  let numbered = 0n;
  const countUpTo = new Map<bigint, bigint>();
  for (const { sequence, parts } of session!.batches) {
    if (parts[0]!.type === UDP) numbered += BigInt(parts[0]!.count);
    countUpTo.set(sequence, numbered);
  }
  const rows = rowsAt(host);
  for (const { Sequence, Types: [udp] } of rows) {
    assertEquals((udp?.Settled ?? 0n) + (udp?.InFlight ?? 0n), countUpTo.get(Sequence) ?? 0n);
  }
});

Deno.test("where the store is another one rows go on, and tell what may be there twice", async () => {
  const log = new Said();
  using before = new MemoryHost(new Map(), 5, new Uint8Array(16).fill(1));
  using after = new MemoryHost(new Map(), 5, new Uint8Array(16).fill(2));
  let host: MemoryHost | undefined = before;
  await using server = await serve(nowAt(() => host));
  await using sensor = await Sensor.open(server.address.port, log);
  await sensor.make(TCP, 1000, 10);
  await until("there is a row", () => rowsAt(before).some(({ Types }) => Types.length > 0));
  before.isStalled = true;
  await sensor.make(TCP, 50, 10);
  await until("it is on its way", () => sensor.client.state.inFlight.get(TCP) === 50);
  host = undefined;
  server.review(); // ends the connection
  await until("the sensor knows", () => log.problems.length > 0);
  before.isStalled = false;
  host = after;
  await sensor.make(TCP, 5, 10);
  await sensor.finish();
  const rows = [...rowsAt(before), ...rowsAt(after)];
  rows.forEach(assertBalanced);
  const last = rows.at(-1)!;
  assertEquals([last.IsLast, last.Types[0]!.Made, last.Types[0]!.Settled], [true, 1055n, 1055n]);
  assertEquals(last.Types[0]!.MaybeTwice, 50n);
  assertEquals(new Set(rows.map(({ Run }) => Run)).size, 1);
  assertEquals(new Set(rows.map(({ Session }) => Session)).size, 2);
});

Deno.test("a collector that is away at the end, when all is settled, is waited for: it gets the last row", async () => {
  const log = new Said();
  using host = new MemoryHost();
  let isAway = false;
  await using server = await serve(nowAt(() => isAway ? undefined : host));
  await using sensor = await Sensor.open(server.address.port, log, 8 << 20, undefined, 60_000);
  await sensor.make(TCP, 1000, 10);
  await until(
    "the sensor knows that it is settled",
    () => sensor.client.counts.get(TCP)?.sent === 1000,
  );
  isAway = true;
  server.review(); // ends the connection
  await until("the sensor knows", () => log.problems.length > 0);
  const finishing = sensor.finish();
  await until("it waits", () => log.lines.some((line) => line.startsWith("waiting up to ")));
  isAway = false;
  await finishing;
  const last = rowsAt(host).at(-1)!;
  assertEquals([last.IsLast, last.Types[0]!.Settled], [true, 1000n]);
  assertEquals(sensor.client.error, undefined);
});

Deno.test("a collector that does not want rows gets none, and all the rest", async () => {
  const log = new Said();
  using host = new MemoryHost();
  host.wantedTypes = [TCP];
  await using server = await serve(host);
  await using sensor = await Sensor.open(server.address.port, log);
  for (let n = 1; n <= 5; n++) {
    await sensor.make(TCP, 1000);
    await until("it is settled", () => settledAt(host, TCP) === 1000 * n);
  }
  await sensor.finish();
  assertEquals(settledAt(host, BOOKS), 0);
});

Deno.test("what lies in a spool is in every row, of an earlier run, too, and so are rows themselves", () =>
  inFolder(async (folder) => {
    const log = new Said();
    using host = new MemoryHost();
    let isAway = true;
    await using server = await serve(nowAt(() => isAway ? undefined : host));
    const openSpool = () =>
      Spool.open({
        ...{ folder: `${folder}/spool`, maxBytes: 300_000, segmentBytes: 65_536, log },
        collectorKey: COLLECTOR.publicKey,
        priorityOf: (type) => type === BOOKS ? 2 : 0,
      });
    {
      using spool = await openSpool();
      await using sensor = await Sensor.open(server.address.port, log, 100_000, spool);
      for (let n = 0; n < 10; n++) await sensor.make(DNS, 10);
      await until("some are on disk", () => (sensor.client.state.spooled.get(DNS) ?? 0) > 0);
      await sensor.finish();
      assertEquals(sensor.client.counts.get(DNS)?.spooled, 100);
    }
    using spool = await openSpool();
    await using sensor = await Sensor.open(server.address.port, log, 100_000, spool);
    for (let n = 0; n < 30; n++) await sensor.make(n % 2 === 0 ? TCP : UDP, 10);
    const { closings } = sensor;
    await until("books have been closed meanwhile", () => sensor.closings > closings + 5);
    isAway = false;
    await until("it is connected", () => settledAt(host, TCP) > 0);
    await sensor.finish();
    const all = rowsAt(host);
    all.forEach(assertBalanced);
    const [before, rows, ...others] = [...Map.groupBy(all, ({ Run }) => Run).values()];
    assertEquals(others, []);
    assertConsecutive(before!);
    assertConsecutive(rows!);
    const end = before!.at(-1)!;
    assertEquals([end.IsLast, end.Types[0]!.Made], [true, 100n], "the first run's books, too");
    const spooled = rows!.flatMap(({ Types }) => Types).map(({ Spooled }) => Number(Spooled));
    assertGreater(Math.max(...spooled), 0);
    const last = rows!.at(-1)!;
    const dns = last.Types.find(({ Type }) => Type as number === DNS)!;
    assertEquals([last.IsLast, dns.Made, dns.Resumed], [true, 0n, 100n]);
    assertEquals(dns.Settled + dns.Evicted, 100n);
    for (const { Type, Settled } of last.Types) {
      assertEquals(Number(Settled), settledAt(host, Type));
    }
  }));
