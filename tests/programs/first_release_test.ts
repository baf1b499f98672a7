/** Sensors, collectors and record files of 0.1.0. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { crc32, deflateRawSync } from "node:zlib";
import { parseHex } from "../../lib/base/bytes/bytes.ts";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import type { KeyPair } from "../../lib/seal/key.ts";
import { newKeyPair } from "../../lib/seal/key_file_io.ts";
import { encodeBatch } from "../../lib/transport/session/session_batch.ts";
import {
  MessageType,
  parseStored,
  Rejection,
} from "../../lib/transport/session/session_message.ts";
import { RawPeer } from "../../tools/raw_peer.ts";
import { type FoundMember, membersOf } from "../write/files/session_sensor.ts";
import { isLedgerType } from "../../lib/base/record/record_types.ts";
import { readRecords } from "../../lib/write/read/read_records_io.ts";
import { testFirstRelease as test } from "./first_release.ts";
import {
  type Program,
  PUBLIC_KEY,
  runProgram,
  startCollector,
  type StartOptions,
} from "./program.ts";

const CAPTURE = `${import.meta.dirname}/../captures/office.pcap`;
const [ETHERNET, ARP, UDP] = [7, 8, 37];

/** Sends the capture and returns the records made, by type, all of which are stored. */
async function send(
  address: string,
  client: string,
  options: StartOptions = {},
  more: string[] = [],
) {
  const to = ["-pubkey", PUBLIC_KEY, "-addr", address, "-client", client, "-read", CAPTURE];
  const { code, stdout, stderr } = await runProgram("sensor.ts", [...to, ...more], options);
  assertEquals([code, stderr], [0, ""]);
  const made = new Map<string, number>();
  for (const [, name, count, stored] of stdout.matchAll(/^(\w+): made=(\d+) stored=(\d+) /gm)) {
    assertEquals(count, stored, name);
    made.set(name!, Number(count));
  }
  assert(made.get("TCP")! > 0 && made.get("DNS")! > 0, stdout);
  return { made: Object.fromEntries([...made].sort()), stdout };
}

async function stop(collector: Program): Promise<string> {
  const { code, stdout, stderr } = await collector.stop();
  assertEquals(code, 0, stderr);
  return stdout + stderr;
}

/** Records by type in all files of a client but its books, read by this build. */
async function recordsOf(client: string): Promise<Record<string, number>> {
  const counts = new Map<string, number>();
  for await (const { name } of Deno.readDir(client)) {
    if (!name.endsWith(".ncap.gz")) continue;
    const type = /^\w+/.exec(name)![0];
    if (isLedgerType(type)) continue;
    for await (const { records, problems } of readRecords(`${client}/${name}`)) {
      assertEquals(problems, [], name);
      counts.set(type, (counts.get(type) ?? 0) + records.length);
    }
  }
  return Object.fromEntries([...counts].sort());
}

function doubled(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, 2 * count]));
}

test(
  "a sensor of 0.1.0 is served by this collector; a collector of 0.1.0 sets its files aside whole",
  async (folder, old) => {
    const first = await startCollector(folder);
    await using collector = first.collector;
    const { made } = await send(first.address, "xyz", old);
    await stop(collector);
    const client = `${folder}/records/xyz`;
    assertEquals(await recordsOf(client), made);
    const tcp = await Deno.readFile(`${client}/TCP.ncap.gz`);
    const members = membersOf(tcp, "TCP");
    assert(members.every(({ version, minute }) => version === 2 && minute === 0));

    const second = await startCollector(folder, [], old);
    await using older = second.collector;
    await send(second.address, "xyz", old);
    await stop(older);
    assertEquals(await Deno.readFile(`${client}/TCP.foreign-1.ncap.gz`), tcp);
    assertEquals(await recordsOf(client), doubled(made));
  },
);

test(
  "this sensor turns to schema 1 at a collector of 0.1.0, and says so with -verbose only",
  async (folder, old) => {
    const { collector, address } = await startCollector(folder, [], old);
    await using _ = collector;
    const { made, stdout } = await send(address, "quiet");
    assert(!/older|schema/.test(stdout), stdout);
    const verbose = await send(address, "verbose", {}, ["-verbose"]);
    assertEquals(verbose.stdout.match(/^.*schema 1.*$/gm)?.length, 1);
    await stop(collector);
    for (const name of ["quiet", "verbose"]) {
      assertEquals(await recordsOf(`${folder}/records/${name}`), made);
    }
  },
);

test(
  "files of 0.1.0 are read, and given their last name before anything is appended",
  async (folder, old) => {
    const before = await startCollector(folder, [], old);
    {
      await using collector = before.collector;
      await send(before.address, "xyz", old);
      await stop(collector);
    }
    const client = `${folder}/records/xyz`;
    const tcp = await Deno.readFile(`${client}/TCP.ncap.gz`);
    const after = await startCollector(folder);
    await using collector = after.collector;
    const asThen = ["-conversations=false", "-defrag=false"];
    const { made } = await send(after.address, "xyz", {}, asThen);
    await stop(collector);
    assertEquals(await recordsOf(client), doubled(made));
    const names = (await Array.fromAsync(Deno.readDir(client), ({ name }) => name)).sort();
    const rotated = names.find((name) => /^TCP-\d{8}T.*\.ncap\.gz$/.test(name));
    assertEquals(await Deno.readFile(`${client}/${rotated}`), tcp);
    for (const name of names) {
      const [first] = membersOf(await Deno.readFile(`${client}/${name}`), name);
      assertEquals(first!.version, name.includes("-") ? 1 : 2, name);
    }
  },
);

/** A batch of one record that says its number. */
function batchOf(type: number, number: number): PackedBatch {
  const records = Uint8Array.of(2, 0x08, number);
  return {
    parts: [{ type, count: 1 }],
    encoding: 1,
    minute: 0,
    firstTime: BigInt(number),
    lastTime: BigInt(number),
    crc: crc32(records),
    recordBytes: records.length,
    containsPayloads: false,
    body: new Uint8Array(deflateRawSync(records)),
  };
}

/** A session of schema 1, as a sensor of 0.1.0 has it. */
class OldSensor {
  readonly keys: KeyPair = newKeyPair();
  readonly batches: PackedBatch[] = [];
  settled = 0n;
  #peer: RawPeer | undefined;

  async connect(address: string): Promise<void> {
    const port = Number(address.split(":").at(-1)) + 1;
    const target = {
      address: { hostname: "127.0.0.1", port },
      collectorKey: parseHex(PUBLIC_KEY)!,
    };
    this.#peer = await RawPeer.connect(target, this.keys);
    const [oldest, next] = [this.settled + 1n, BigInt(this.batches.length + 1)];
    const hello = { schema: 1, oldest, next };
    this.settled = (await this.#peer.welcome(0x1234n, "old", hello)).settled;
  }

  send(...types: number[]): Promise<void> {
    const from = this.batches.length;
    for (const type of types) this.batches.push(batchOf(type, this.batches.length + 1));
    return this.#write(from, this.batches.length);
  }

  /** What is not settled, or other batches in its place. */
  sendAgain(batches: readonly PackedBatch[] = this.batches): Promise<void> {
    return this.#write(Number(this.settled), batches.length, batches);
  }

  async #write(from: number, to: number, batches: readonly PackedBatch[] = this.batches) {
    const numbered = batches.slice(from, to).map((batch, n) =>
      [BigInt(from + n + 1), batch] as const
    );
    await this.#peer!.send(...numbered.map(([n, batch]) => encodeBatch(1, n, batch)));
  }

  async untilSettled(): Promise<void> {
    while (this.settled < BigInt(this.batches.length)) {
      this.settled = parseStored((await this.#peer!.receive(MessageType.Stored)).body)!.settled;
    }
  }

  rejection(): Promise<number | undefined> {
    return this.#peer!.rejection();
  }

  leave(): void {
    this.#peer?.[Symbol.dispose]();
  }
}

/** The batches of the session in all files, sorted. */
async function batchesOf(client: string): Promise<FoundMember[]> {
  const found: FoundMember[] = [];
  for await (const { name } of Deno.readDir(client)) {
    if (!name.endsWith(".ncap.gz")) continue;
    found.push(...membersOf(await Deno.readFile(`${client}/${name}`), name));
  }
  return found.filter(({ sequence }) => sequence > 0n)
    .sort((a, b) => Number(a.sequence - b.sequence));
}

/**
 * Has a collector of 0.1.0 store batches 2 and 3 in one go, kills it and takes the end of 2 away, as a
 * crash may have left it. Returns the sensor with what it had heard before.
 */
async function torn(folder: string, old: StartOptions): Promise<OldSensor> {
  const client = `${folder}/records/old`;
  for (let attempt = 0; attempt < 20; attempt++) {
    const { collector, address } = await startCollector(folder, [], old);
    await using _ = collector;
    const sensor = new OldSensor();
    await sensor.connect(address);
    await sensor.send(ETHERNET);
    await sensor.untilSettled();
    await sensor.send(ARP, UDP);
    await sensor.untilSettled();
    sensor.leave();
    collector.kill("SIGKILL");
    await collector.end();
    const batches = await batchesOf(client);
    if (batches[1]!.settled === 1n && batches[2]!.settled === 1n) {
      const file = await Deno.stat(`${client}/ARP.ncap.gz`);
      await Deno.truncate(`${client}/ARP.ncap.gz`, file.size - 3);
      sensor.settled = 1n; // the rest was lost on the way
      return sensor;
    }
    await Deno.remove(`${folder}/records`, { recursive: true });
  }
  throw new Error("two batches were never stored in one go");
}

test(
  "a session of 0.1.0 goes on after its collector crashed and was replaced: each batch is stored once",
  async (folder, old) => {
    const sensor = await torn(folder, old);
    const { collector, address } = await startCollector(folder);
    await using _ = collector;
    await sensor.connect(address);
    assertEquals(sensor.settled, 1n);
    await sensor.sendAgain();
    await sensor.send(ARP);
    await sensor.untilSettled();
    sensor.leave();
    const said = await stop(collector);
    assertMatch(said, /ARP\.ncap\.gz\.torn-1.*cut short/);
    assertMatch(said, / duplicates=1 /);
    const batches = await batchesOf(`${folder}/records/old`);
    assertEquals(batches.map(({ sequence, version }) => [sequence, version]), [
      [1n, 1],
      [2n, 2],
      [3n, 1],
      [4n, 2],
    ]);
  },
);

test("another batch in place of one that 0.1.0 has stored is a fork", async (folder, old) => {
  const sensor = await torn(folder, old);
  const { collector, address } = await startCollector(folder);
  await using _ = collector;
  await sensor.connect(address);
  await sensor.sendAgain(sensor.batches.with(2, batchOf(UDP, 77)));
  assertEquals(await sensor.rejection(), Rejection.Fork);
  sensor.leave();
  await stop(collector);
});
