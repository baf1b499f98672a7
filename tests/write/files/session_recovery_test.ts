/** What a store does with the files of sessions that are torn or damaged. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { ALICE_TCP, killedDisk, openStore, startOfMember, storedDisk } from "./memory_store.ts";
import { batchesIn, membersOf, Sensor, sessionBatch, TCP, UDP } from "./session_sensor.ts";

Deno.test("a torn end above what is settled is copied aside and cut off", async () => {
  const { disk, sensor } = await storedDisk();
  const path = "/out/alice/UDP.ncap.gz";
  const torn = disk.files.get(path)!.slice();
  torn[torn.length - 12]! ^= 0xff; // in the body of the last batch, 10
  disk.put(path, torn);
  sensor.settled = 9n;
  const setAside: string[] = [];
  await using store = await openStore(disk, { onSetAside: (path) => setAside.push(path) });
  const session = await sensor.connect(store);
  await sensor.drained();
  assertEquals([session.settled, sensor.lost, store.damagedFiles], [10n, 0n, 0]);
  assertEquals(setAside, [`${path}.torn-1`]);
  assertEquals(disk.files.get(setAside[0]!), torn.subarray(startOfMember(torn, 5)));
  assertEquals([...batchesIn(disk.files).values()], Array(10).fill(1));
});

Deno.test("what is whole behind a torn batch is cut off with it and not taken for stored", async () => {
  const disk = await killedDisk(async (store) => {
    const session = await store.openSession("alice", 1n, () => {});
    for (const n of [1n, 2n, 3n]) session.append(sessionBatch(n, `alice/1/${n}`)); // one round
    await session.drained();
  });
  const torn = disk.files.get(ALICE_TCP)!.slice();
  torn[startOfMember(torn, 3) - 12]! ^= 0xff; // in the body of 2
  disk.put(ALICE_TCP, torn);
  await using store = await openStore(disk);
  const session = await store.openSession("alice", 1n, () => {});
  assertEquals(session.settled, 1n);
  for (const n of [2n, 3n]) assertEquals(session.append(sessionBatch(n, `alice/1/${n}`)), 1);
  await session.drained();
  assertEquals([...batchesIn(disk.files).values()], [1, 1, 1]);
});

Deno.test("a torn note is cut off: it was written of what is settled, and is not settled itself", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await openStore(disk);
    const session = await store.openSession("alice", 1n, () => {});
    session.append(sessionBatch(1n, "alice/1/1"));
    await session.drained();
  } // notes that 1 is settled
  const noted = disk.files.get(ALICE_TCP)!;
  const { sequence, settled } = membersOf(noted, ALICE_TCP).at(-1)!;
  assertEquals([sequence, settled], [0n, 1n]);
  const torn = noted.slice();
  torn[torn.length - 1]! ^= 0xff; // its body is empty: this is its trailer
  disk.put(ALICE_TCP, torn);
  const setAside: string[] = [];
  {
    await using store = await openStore(disk, { onSetAside: (path) => setAside.push(path) });
    const session = await store.openSession("alice", 1n, () => {});
    assertEquals([session.settled, store.damagedFiles], [1n, 0]);
  }
  assertEquals(setAside, [`${ALICE_TCP}.torn-1`]);
  assertEquals(membersOf(disk.files.get(ALICE_TCP)!, ALICE_TCP).at(-1)!.settled, 1n);
});

for (
  const [what, at] of [
    ["header in the middle", (file: Uint8Array) => startOfMember(file, 3) + 30],
    ["header of the first batch", (file: Uint8Array) => startOfMember(file, 1) + 30],
    ["header of the last settled batch", (file: Uint8Array) => startOfMember(file, 4) + 30],
    ["record of the file header", () => 95],
  ] as const
) {
  Deno.test(`a ${what} that is damaged is never cut: the file is put aside and named`, async () => {
    const { disk, sensor } = await storedDisk();
    const before = disk.files.get(ALICE_TCP)!;
    const damaged = before.slice();
    damaged[at(before)]! ^= 0xff;
    disk.put(ALICE_TCP, damaged);
    const setAside: [string, string][] = [];
    const aside = "/out/alice/TCP.damaged-1.ncap.gz";
    {
      await using store = await openStore(disk, {
        onSetAside: (path, why) => setAside.push([path, why]),
      });
      await sensor.connect(store);
      sensor.send();
      await sensor.drained();
      assertEquals([sensor.settled, store.damagedFiles], [11n, 1]);
      assertEquals(setAside.map(([path]) => path), [aside]);
      assertStringIncludes(setAside[0]![1], `"${ALICE_TCP}" are damaged from byte`);
    }
    assertEquals(disk.files.get(aside), damaged);
    const { sequence } = membersOf(disk.files.get(ALICE_TCP)!, "")[1]!;
    // What the sensor still holds comes again if it is where nobody finds it.
    assert(sequence >= 9n, `${sequence}`);
    // What is whole in the file that was put aside still counts.
    await using store = await openStore(disk);
    const session = await sensor.connect(store);
    assertEquals([session.settled, store.damagedFiles], [11n, 0]);
  });
}

Deno.test("what is settled is never cut while the store runs, whoever changes its file", async () => {
  const disk = new MemoryDisk();
  const setAside: [string, string][] = [];
  await using store = await openStore(disk, {
    onSetAside: (path, why) => setAside.push([path, why]),
  });
  const sensor = new Sensor("alice", 1n);
  await sensor.connect(store);
  for (let n = 0; n < 4; n++) {
    sensor.send();
    await sensor.drained();
  }
  const changed = concat([disk.files.get(ALICE_TCP)!, Uint8Array.of(0)]);
  changed[startOfMember(changed, 3) - 12]! ^= 0xff; // in the body of 2
  disk.put(ALICE_TCP, changed);
  sensor.send();
  await sensor.drained();
  const aside = "/out/alice/TCP.damaged-1.ncap.gz";
  assertEquals([sensor.settled, store.damagedFiles], [5n, 1]);
  assertEquals(setAside.map(([path]) => path), [aside]);
  assertStringIncludes(setAside[0]![1], `"${ALICE_TCP}"`);
  assertEquals(disk.files.get(aside), changed);
  assertEquals(membersOf(disk.files.get(ALICE_TCP)!, "").at(-1)!.sequence, 5n);
});

for (
  const [what, fromEnd, isDamaged] of [
    ["the part that nothing tells to be settled is torn and comes again", 1, false],
    ["a settled part that is hidden is damage, though the other one is whole", 2, true],
  ] as const
) {
  Deno.test(`of batches of two types ${what}`, async () => {
    const sensor = new Sensor("alice", 1n);
    const disk = await killedDisk(async (store) => {
      await sensor.connect(store);
      for (let n = 0; n < 5; n++) {
        sensor.send({ types: [UDP, TCP] });
        await sensor.drained();
      }
    });
    const file = disk.files.get(ALICE_TCP)!;
    disk.put(ALICE_TCP, file.slice(0, startOfMember(file, 6 - fromEnd) + 100));
    sensor.settled = 4n;
    await using store = await openStore(disk);
    await sensor.connect(store);
    await sensor.drained();
    assertEquals([sensor.settled, store.damagedFiles], [5n, isDamaged ? 1 : 0]);
    const names = [...disk.files.keys()].filter((path) => /torn|damaged/.test(path));
    const aside = isDamaged ? "/out/alice/TCP.damaged-1.ncap.gz" : `${ALICE_TCP}.torn-1`;
    assertEquals(names, [aside]);
    const found = batchesIn(disk.files);
    for (const n of isDamaged ? [1, 2, 3, 5] : [1, 2, 3, 4, 5]) {
      for (const part of [1, 2]) {
        assertEquals(found.get(`alice/1/${n} ${part}/2`), 1, `${n}, ${part}`);
      }
    }
  });
}
