/** What somebody has put into the place of a record file, taken away or changed while nobody stored. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { until } from "../../until.ts";
import { inFolder, namesIn } from "./in_folder.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { ALICE_TCP, openStore, startOfMember } from "./memory_store.ts";
import { membersOf, Sensor, TCP, UDP } from "./session_sensor.ts";
import { needs, UNIX } from "../../needs.ts";

const LIVE = "TCP.ncap.gz";
const ROTATED = "TCP-20200101T000000.000Z.ncap.gz";
const BEGUN = "TCP.ncap.gz.new";

Deno.test({
  ...needs(
    "a pipe, a folder or a looping link in a record file's place makes way, and the client is served",
    UNIX,
  ),
  fn: async () => {
    const obstacles: [string, (path: string) => Promise<unknown>][] = [
      ["pipe or device", (path) => new Deno.Command("mkfifo", { args: [path] }).output()],
      ["folder", (path) => Deno.mkdir(`${path}/inside`, { recursive: true })],
      ["link that leads nowhere", (path) => Deno.symlink(path, path)],
      ["link that leads nowhere", (path) => Deno.symlink(`${path}.gone`, path)],
    ];
    for (const [kind, make] of obstacles) {
      for (const name of [LIVE, ROTATED, BEGUN]) {
        await inFolder(async (folder) => {
          await Deno.mkdir(`${folder}/alice`);
          await make(`${folder}/alice/${name}`);
          const said: string[] = [];
          await using store = await RecordStore.open(folder, {
            version: "v1",
            onSetAside: (_path, why) => said.push(why),
          });
          const sensor = new Sensor("alice", 1n);
          await sensor.connect(store);
          sensor.send();
          await sensor.drained();
          assertEquals(said, [`"${folder}/alice/${name}" was a ${kind}`]);
          const left = (await namesIn(`${folder}/alice`)).sort();
          assertEquals(left.length, 2, left.join());
          assertEquals(left.includes(LIVE), true);
        });
      }
    }
  },
});

Deno.test({
  ...needs("a pipe that takes a file's place while the collector runs makes way too", UNIX),
  fn: () =>
    inFolder(async (folder) => {
      const said: string[] = [];
      const onSetAside = (_path: string, why: string) => void said.push(why);
      await using store = await RecordStore.open(folder, { version: "v1", onSetAside });
      const sensor = new Sensor("alice", 1n);
      await sensor.connect(store);
      sensor.send();
      await sensor.drained();
      const path = `${folder}/alice/${LIVE}`;
      await Deno.remove(path);
      await new Deno.Command("mkfifo", { args: [path] }).output();
      sensor.send();
      await sensor.drained();
      assertEquals([sensor.settled, said], [2n, [`"${path}" was a pipe or device`]]);
    }),
});

/** A disk with ten batches of alice in two files, stored and ended in order. */
async function endedDisk(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  await using store = await openStore(disk);
  const sensor = new Sensor("alice", 1n);
  await sensor.connect(store);
  for (let n = 0; n < 10; n++) {
    sensor.send({ type: n % 2 === 0 ? TCP : UDP });
    await sensor.drained();
  }
  return disk;
}

/** What a store says of a disk when alice comes back, and how far she is settled then. */
async function saidOf(disk: MemoryDisk): Promise<{ said: string[]; settled: bigint }> {
  const said: string[] = [];
  await using store = await openStore(disk, {
    onSetAside: (path, why) => said.push(`${path}: ${why}`),
    onNoticed: (line) => said.push(line),
  });
  return { said, settled: (await store.openSession("alice", 1n, () => {})).settled };
}

Deno.test("of files that nobody has touched nothing is said, however often the store ends and is opened", async () => {
  const disk = await endedDisk();
  for (let time = 0; time < 3; time++) {
    assertEquals(await saidOf(disk), { said: [], settled: 10n });
  }
});

Deno.test("a live file that was emptied while nobody stored is set aside, and that is said", async () => {
  const disk = await endedDisk();
  disk.put(ALICE_TCP, new Uint8Array(0));
  const { said } = await saidOf(disk);
  const line = `/out/alice/TCP.damaged-1.ncap.gz: somebody has emptied "${ALICE_TCP}"`;
  assertEquals(said.includes(line), true, said.join());
});

Deno.test("a live file that was taken away while nobody stored is missed, with the batches in it", async () => {
  const disk = await endedDisk();
  await disk.remove("/out/alice/UDP.ncap.gz"); // 2, 4, 6, 8 and 10; the note as well
  assertStringIncludes(
    (await saidOf(disk)).said.join(),
    "4 stored batches are in none of the files",
  );
  const other = await endedDisk();
  await other.remove(ALICE_TCP); // 1, 3, 5, 7 and 9; of the first nobody can tell
  assertStringIncludes(
    (await saidOf(other)).said.join(),
    "4 stored batches are in none of the files",
  );
});

Deno.test("rotated files that were deleted, or put somewhere else, are not missed", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await openStore(disk, { rotateBytes: 1000 });
    const sensor = new Sensor("alice", 1n);
    await sensor.connect(store);
    for (let n = 0; n < 60; n++) {
      sensor.send({ type: n % 2 === 0 ? TCP : UDP });
      await sensor.drained();
    }
  }
  const rotated = [...disk.files.keys()].filter((path) => path.includes("-")).sort();
  for (const path of rotated) {
    await disk.remove(path);
    assertEquals((await saidOf(disk)).said, [], path);
  }
});

Deno.test("a rotated file that another program wrote, and another client's file, are said", async () => {
  const disk = await endedDisk();
  const path = `/out/alice/${ROTATED}`;
  disk.put(path, new TextEncoder().encode("not a record file at all, but as long as one could be"));
  const udp = disk.files.get("/out/alice/UDP.ncap.gz")!;
  disk.put(ALICE_TCP, new Uint8Array([...disk.files.get(ALICE_TCP)!, ...udp]));
  const { said } = await saidOf(disk);
  assertStringIncludes(said.join(), `.foreign-1.ncap.gz: another program wrote "${path}"`);
  assertStringIncludes(said.join(), `"${ALICE_TCP}" holds the content of another file from byte `);
  const bob = new MemoryDisk();
  bob.put("/out/bob/UDP.ncap.gz", udp);
  const lines: string[] = [];
  await using store = await openStore(bob, { onNoticed: (line) => lines.push(line) });
  await store.openSession("bob", 1n, () => {});
  assertEquals(lines, ['"/out/bob/UDP.ncap.gz" says to be of the client "alice"']);
});

Deno.test("how far a session is settled is written down when it is over, and when the store ends", async () => {
  const disk = new MemoryDisk();
  const told = () => {
    const members = membersOf(disk.files.get(ALICE_TCP)!, "TCP");
    return members.map(({ sequence, settled }) => [sequence, settled]);
  };
  await using store = await openStore(disk);
  const sensor = new Sensor("alice", 1n);
  const session = await sensor.connect(store);
  for (let n = 0; n < 3; n++) {
    sensor.send();
    await sensor.drained();
  }
  session.close(true); // as after a bye
  await until("it is", () => told().length === 5);
  assertEquals(told(), [[0n, 0n], [1n, 0n], [2n, 1n], [3n, 2n], [0n, 3n]]);
  const later = await sensor.connect(store);
  later.close(true); // nothing has come meanwhile
  await sensor.connect(store);
  sensor.send();
  await sensor.drained();
  await store[Symbol.asyncDispose]();
  assertEquals(told().slice(5), [[4n, 3n], [0n, 4n]]);
});

Deno.test("damage of what was acknowledged in the last round is no torn end after an orderly one", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await openStore(disk);
    const sensor = new Sensor("alice", 1n);
    await sensor.connect(store);
    for (let n = 0; n < 10; n++) sensor.send({ type: n % 2 === 0 ? TCP : UDP }); // one round
    await sensor.drained();
  }
  const tcp = disk.files.get(ALICE_TCP)!.slice();
  tcp[startOfMember(tcp, 3) + 40]! ^= 0xff; // in the header of 5
  disk.put(ALICE_TCP, tcp);
  const { said, settled } = await saidOf(disk);
  assertEquals(settled, 10n);
  assertStringIncludes(
    said.join(),
    `/out/alice/TCP.damaged-1.ncap.gz: stored batches in "${ALICE_TCP}" are damaged`,
  );
});
