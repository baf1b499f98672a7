import { until } from "../../until.ts";
import { assert, assertEquals } from "@std/assert";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { ExpiredFile } from "../../../lib/write/files/store_counts.ts";
import type { StoreOptions } from "../../../lib/write/files/store_options.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { batchesIn, Sensor, sessionBatch, TCP, UDP } from "./session_sensor.ts";

const ROTATE_BYTES = 1000;
const KEEP_BYTES = 3000;

Deno.test("what is too much for a client goes, oldest first, and is counted", async () => {
  const disk = new MemoryDisk();
  const expired: ExpiredFile[] = [];
  const sensor = new Sensor("alice", 1n);
  const other = new Sensor("bob", 1n);
  {
    await using store = await open(disk, {
      keepBytes: KEEP_BYTES,
      onExpired: (file) => expired.push(file),
    });
    for (const each of [sensor, other]) await each.connect(store);
    other.send();
    for (let n = 0; n < 60; n++) {
      sensor.send();
      await sensor.drained();
    }
    await until("few bytes", () => bytesOf(disk, "alice") <= KEEP_BYTES + ROTATE_BYTES);
    const { files, batches, records } = store.expired;
    assertEquals([files, records], [expired.length, batches]);
    assertEquals(batches + batchesOf(disk, "alice"), 60);
  }
  assert(expired.length >= 3);
  const paths = expired.map(({ path }) => path);
  assertEquals(paths, paths.toSorted());
  assertEquals(batchesOf(disk, "bob"), 1);
  // The newest ones are there.
  const found = batchesIn(disk.files);
  for (let n = 50; n <= 60; n++) assertEquals(found.get(`alice/1/${n}`), 1);
  await using store = await open(disk);
  assertEquals((await store.openSession("alice", 1n, () => {})).settled, 60n);
});

Deno.test("a store that runs can be told to keep less, and to begin files sooner", async () => {
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  await using store = await open(disk, { rotateBytes: 1 << 20 });
  await sensor.connect(store);
  const send = async (batches: number) => {
    for (let n = 0; n < batches; n++) {
      sensor.send();
      await sensor.drained();
    }
  };
  await send(30);
  const files = async () => (await disk.readFolder("/out/alice")).length;
  assertEquals([await files(), store.expired.files], [1, 0]);
  store.limit({ rotateBytes: ROTATE_BYTES });
  await send(30);
  const rotated = await files();
  assert(rotated > 3, `${rotated} files`);
  assertEquals(store.expired.files, 0);
  store.limit({ rotateBytes: ROTATE_BYTES, keepBytes: 1 });
  await send(1);
  await until("few files", async () => await files() < 3);
  assert(store.expired.files > 0);
});

Deno.test("a session that has ended keeps no file for ever, and what was settled stays known", async () => {
  const disk = new MemoryDisk();
  const ended = [1n, 2n, 3n].map((session) => new Sensor("alice", session));
  const going = new Sensor("alice", 9n);
  {
    await using store = await open(disk, { keepBytes: KEEP_BYTES });
    for (const sensor of ended) {
      const session = await sensor.connect(store);
      for (let n = 0; n < 4; n++) sensor.send();
      await sensor.drained();
      session.close();
    }
    await going.connect(store);
    for (let n = 0; n < 60; n++) {
      going.send();
      await going.drained();
    }
    await until("few bytes", () => bytesOf(disk, "alice") <= KEEP_BYTES + ROTATE_BYTES);
  }
  const found = batchesIn(disk.files);
  assertEquals(found.get("alice/1/4"), undefined);
  await using store = await open(disk);
  for (const { client, session, settled } of [...ended, going]) {
    assertEquals((await store.openSession(client, session, () => {})).settled, settled);
  }
});

Deno.test("a file that is too old goes at the start; a type's newest and what is not settled stay", async () => {
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  {
    await using store = await open(disk);
    await sensor.connect(store);
    for (let n = 0; n < 12; n++) {
      sensor.send({ type: n < 3 ? UDP : TCP });
      await sensor.drained();
    }
  }
  const folder = "/out/alice";
  const [first, last] = (await disk.readFolder(folder)).filter((name) => name.includes("-")).sort();
  assert(first !== undefined && last === undefined);
  const year = (n: number) => `202${n}0101T000000.000Z.ncap.gz`;
  await disk.rename(`${folder}/${first}`, `${folder}/TCP-${year(0)}`);
  await disk.rename(`${folder}/TCP.ncap.gz`, `${folder}/TCP-${year(1)}`); // no more of this type
  await disk.rename(`${folder}/UDP.ncap.gz`, `${folder}/UDP-${year(0)}`); // the newest of this type
  const expired: string[] = [];
  await using _store = await open(disk, {
    keepDays: 30,
    onExpired: ({ path }) => expired.push(path),
  });
  await until("one has gone", () => expired.length > 0);
  assertEquals(expired, [`${folder}/TCP-${year(0)}`]);
  const left = [...disk.files.keys()].filter((path) => path.startsWith(folder)).sort();
  assertEquals(left, [`${folder}/TCP-${year(1)}`, `${folder}/UDP-${year(0)}`]);
});

Deno.test("a batch above one that is missing keeps its file", async () => {
  const disk = new MemoryDisk();
  let expired = 0;
  await using store = await open(disk, { keepBytes: 1, onExpired: () => expired++ });
  const session = await store.openSession("alice", 1n, () => {});
  session.append(sessionBatch(1n, "alice/1/1"));
  session.append(sessionBatch(3n, "alice/1/3")); // 2 never comes
  await session.drained();
  const going = new Sensor("alice", 2n);
  await going.connect(store);
  for (let n = 0; n < 40; n++) {
    going.send();
    await going.drained();
  }
  await until("three have gone", () => expired >= 3);
  assertEquals(session.settled, 1n);
  assertEquals(batchesIn(disk.files).get("alice/1/3"), 1);
});

function bytesOf(disk: MemoryDisk, client: string): number {
  let bytes = 0;
  for (const [path, file] of disk.files) bytes += path.includes(`/${client}/`) ? file.length : 0;
  return bytes;
}

function batchesOf(disk: MemoryDisk, client: string): number {
  const files = [...disk.files].filter(([path]) => path.includes(`/${client}/`));
  return batchesIn(new Map(files)).size;
}

function open(layer: MemoryDisk, options: Partial<StoreOptions> = {}): Promise<RecordStore> {
  return RecordStore.open("/out", {
    version: "v1",
    layer,
    gatherMs: 0,
    retryMs: 0,
    rotateBytes: ROTATE_BYTES,
    ...options,
  });
}
