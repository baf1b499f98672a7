/** Batches of sessions: when they are settled, and what is known of them. */
import { assert, assertEquals, assertGreater, assertRejects, assertThrows } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { checkSessionBatch } from "../../../lib/verify/check_session_batch.ts";
import { MadeRecords } from "../../../lib/verify/compact_parts.ts";
import { officeBatch } from "../../verify/office_batch.ts";
import { readRecords } from "../../../lib/write/read/read_records_io.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { inFolder } from "./in_folder.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { openStore } from "./memory_store.ts";
import { readByPython } from "../read/python.ts";
import { onSmallDisk } from "./small_disk.ts";
import { batchesIn, membersOf, NO_TYPE, Sensor, sessionBatch, TCP, UDP } from "./session_sensor.ts";
import { needs, SMALL_DISK } from "../../needs.ts";

Deno.test("batches are settled when they are on disk, and told so at most once a round", async () => {
  const disk = new MemoryDisk();
  await using store = await openStore(disk, { gatherMs: 20 });
  const told: bigint[] = [];
  const session = await store.openSession("alice", 1n, (settled) => {
    told.push(settled);
    const name = `alice/1/${settled}`;
    assert(batchesIn(disk.afterPowerCut(() => 0.99).files).has(name), `${name} is on disk`);
  });
  for (let n = 1n; n <= 10n; n++) {
    session.append(sessionBatch(n, `alice/1/${n}`, { type: n % 2n === 0n ? UDP : TCP }));
  }
  assertEquals(session.settled, 0n);
  await session.drained();
  assertEquals([session.settled, told], [10n, [10n]]);
  assertEquals(store.stored.get(TCP)?.batches, 5);
  assertEquals([...batchesIn(disk.files).values()], Array(10).fill(1));
});

Deno.test("what is settled has been told when a session is drained, though other files still wait", async () => {
  const disk = new MemoryDisk();
  await using store = await openStore(disk, { gatherMs: 20, maxOpenFiles: 1 });
  const told: bigint[] = [];
  const alice = await store.openSession("alice", 1n, (settled) => told.push(settled));
  const bob = await store.openSession("bob", 1n, () => {});
  alice.append(sessionBatch(1n, "alice/1/1"));
  bob.append(sessionBatch(1n, "bob/1/1"));
  await alice.drained();
  assertEquals([told, bob.settled], [[1n], 0n]); // bob's is written later
  await bob.drained();
});

Deno.test("what waits or is stored above what is settled is known by its digest", async () => {
  const disk = new MemoryDisk();
  await using store = await openStore(disk);
  const session = await store.openSession("alice", 1n, () => {});
  const batch = sessionBatch(2n, "alice/1/2");
  assertEquals(session.append(batch), 1);
  assertEquals(session.append(batch), 0);
  assertEquals(session.append(sessionBatch(2n, "another")), "fork");
  await session.drained();
  assertEquals(session.settled, 0n); // 1 is missing
  assertEquals(session.append(batch), 0);
  session.append(sessionBatch(1n, "alice/1/1"));
  await session.drained();
  assertEquals(session.settled, 2n);
});

Deno.test("a compact batch that comes again and again takes no room from those that are new", async () => {
  const made = new MadeRecords(() => 0);
  const batch = { ...officeBatch(), sequence: 2n }; // 1 is missing, so that it may come again
  await using store = await openStore(new MemoryDisk());
  const session = await store.openSession("alice", 1n, () => {});
  const append = () => {
    const came = { ...batch, body: batch.body.slice() };
    return session.append(checkSessionBatch(came, made));
  };
  assertGreater(append(), 1);
  await session.drained();
  for (let times = 0; times < 300; times++) assertEquals(append(), 0);
  assert(made.room > 0);
});

Deno.test("a store that is opened later knows what is settled and what is stored above it", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await openStore(disk);
    const session = await store.openSession("alice", 1n, () => {});
    for (const sequence of [1n, 2n, 4n]) {
      session.append(sessionBatch(sequence, `alice/1/${sequence}`));
      await session.drained();
    }
  }
  await using store = await openStore(disk);
  const session = await store.openSession("alice", 1n, () => {});
  assertEquals(session.settled, 2n);
  assertEquals(session.append(sessionBatch(4n, "alice/1/4")), 0);
  session.append(sessionBatch(3n, "alice/1/3"));
  await session.drained();
  assertEquals(session.settled, 4n);
});

Deno.test("sessions of one client and one session of two clients are kept apart", async () => {
  const disk = new MemoryDisk();
  const sensors = [new Sensor("alice", 1n), new Sensor("alice", 2n), new Sensor("bob", 1n)];
  for (let run = 1; run <= 3; run++) {
    await using store = await openStore(disk);
    for (const [n, sensor] of sensors.entries()) {
      await sensor.connect(store);
      for (let batch = 0; batch <= n; batch++) sensor.send();
      await sensor.drained();
    }
    assertEquals(sensors.map(({ settled }) => settled), [1n, 2n, 3n].map((n) => n * BigInt(run)));
  }
  assertEquals([...batchesIn(disk.files).values()], Array(18).fill(1));
});

Deno.test("a refused batch is a member without records in the file of its type, with the reason", async () => {
  await inFolder(async (folder) => {
    {
      await using store = await RecordStore.open(folder, { version: "v1" });
      const session = await store.openSession("alice", 1n, () => {});
      session.append(sessionBatch(1n, "alice/1/1"));
      session.append(sessionBatch(2n, "alice/1/2", { reason: 7 }));
      session.append(sessionBatch(3n, "alice/1/3", { reason: 8, type: NO_TYPE }));
      session.append(sessionBatch(4n, "alice/1/4"));
      await session.drained();
      assertEquals([session.settled, store.refused, store.stored.get(TCP)?.batches], [4n, 2, 2]);
    }
    const tcp = membersOf(await Deno.readFile(`${folder}/alice/TCP.ncap.gz`), "TCP");
    assertEquals(
      tcp.slice(1, 4).map(({ sequence, reason, count }) => [sequence, reason, count]),
      [[1n, 0, 1], [2n, 7, 0], [4n, 0, 1]],
    );
    const unknown = membersOf(await Deno.readFile(`${folder}/alice/Unknown.ncap.gz`), "Unknown");
    assertEquals(unknown.slice(1, 2).map(({ sequence, reason }) => [sequence, reason]), [[3n, 8]]);
    // Both are record files to whoever reads such.
    for (const [name, records] of [["TCP", 2], ["Unknown", 0]] as const) {
      const path = `${folder}/alice/${name}.ncap.gz`;
      let read = 0;
      for await (const burst of readRecords(path)) {
        assertEquals([burst.header.InputSource, burst.problems], ["alice", []]);
        read += burst.records.length;
      }
      assertEquals(read, records);
      const view = await readByPython(path);
      assertEquals([view.records.length, view.header.Type], [records, records && TCP]);
    }
    // And they are recovered.
    await using store = await RecordStore.open(folder, { version: "v1" });
    const session = await store.openSession("alice", 1n, () => {});
    assertEquals(session.settled, 4n);
    assertThrows(
      () => session.append(sessionBatch(5n, "x", { type: NO_TYPE })),
      RangeError,
      "type",
    );
  });
});

Deno.test("what a sensor holds no more is given up: the store was a backup", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await openStore(disk);
    const session = await store.openSession("alice", 1n, () => {});
    for (const sequence of [1n, 2n, 5n]) {
      session.append(sessionBatch(sequence, `alice/1/${sequence}`));
    }
    await session.drained();
    assertEquals(session.skipTo(3n), 0n);
    assertEquals(session.skipTo(7n), 3n); // 3, 4 and 6
    assertEquals(session.settled, 6n);
    session.append(sessionBatch(7n, "alice/1/7"));
    await session.drained();
    assertEquals(session.settled, 7n);
  }
  await using store = await openStore(disk);
  const session = await store.openSession("alice", 1n, () => {});
  assertEquals([session.settled, session.skipTo(8n)], [7n, 0n]);
});

Deno.test("a session that is opened again ends the use before, whose batches are settled first", async () => {
  const disk = new MemoryDisk();
  await using store = await openStore(disk, { gatherMs: 10 });
  const told: string[] = [];
  const first = await store.openSession("alice", 1n, (settled) => told.push(`first ${settled}`));
  first.append(sessionBatch(1n, "alice/1/1"));
  const opening = [1, 2].map((n) =>
    store.openSession("alice", 1n, (settled) => told.push(`${n} ${settled}`))
  );
  const [second, third] = await Promise.all(opening);
  assertEquals(third!.settled, 1n);
  for (const ended of [first, second!]) {
    assertThrows(() => ended.append(sessionBatch(2n, "alice/1/2")), TypeError, "closed");
  }
  third!.append(sessionBatch(2n, "alice/1/2"));
  await third!.drained();
  assertEquals(told, ["2 2"]);
});

Deno.test("a session that brought nothing before is known when it is opened a third time", async () => {
  const disk = new MemoryDisk();
  await using store = await openStore(disk);
  await store.openSession("alice", 1n, () => {});
  const second = await store.openSession("alice", 1n, () => {});
  await new Promise((resolve) => setTimeout(resolve)); // the first has ended for good
  second.append(sessionBatch(1n, "alice/1/1"));
  await second.drained();
  const third = await store.openSession("alice", 1n, () => {});
  assertEquals(third.settled, 1n);
});

Deno.test("a failed sync settles nothing any more, and everybody is told", async () => {
  const disk = new MemoryDisk();
  const failures: StoreError[] = [];
  await using store = await openStore(disk, { onFailure: (error) => failures.push(error) });
  const sensor = new Sensor("alice", 1n);
  await sensor.connect(store);
  sensor.send();
  await sensor.drained();
  disk.faultAt = (_step, what) => what.startsWith("syncData") ? "EIO" : undefined;
  sensor.send();
  const error = await assertRejects(() => sensor.drained(), StoreError);
  assertEquals([error.code, failures], ["sync-failed", [error]]);
  disk.faultAt = () => undefined;
  assertEquals(sensor.settled, 1n);
  assertThrows(() => sensor.send(), StoreError);
  await assertRejects(() => store.openSession("bob", 1n, () => {}), StoreError);
});

Deno.test({
  ...needs("a disk that is really full lets sessions wait until there is room", SMALL_DISK),
  fn: () =>
    onSmallDisk(200, async (folder) => {
      const said: string[] = [];
      let onStalled = () => {};
      const stalled = new Promise<void>((resolve) => onStalled = resolve);
      await Deno.writeFile(`${folder}/other`, new Uint8Array(100_000));
      {
        await using store = await RecordStore.open(folder, {
          version: "v1",
          retryMs: 10,
          onStalled: ({ code }) => {
            said.push(code);
            onStalled();
          },
          onResumed: () => said.push("resumed"),
        });
        const sensor = new Sensor("alice", 1n);
        await sensor.connect(store);
        const text = Array.from({ length: 100 }, () => crypto.randomUUID()).join();
        for (let n = 1; n <= 60; n++) sensor.send({ type: n % 2 === 0 ? TCP : UDP, text });
        await stalled;
        assert(sensor.settled < 60n);
        await Deno.remove(`${folder}/other`);
        await sensor.drained();
        assertEquals([sensor.settled, said], [60n, ["disk-full", "resumed"]]);
      }
      let batches = 0;
      for (const name of ["TCP", "UDP"]) {
        const path = `${folder}/alice/${name}.ncap.gz`;
        const members = membersOf(await Deno.readFile(path), name);
        batches += members.filter(({ sequence }) => sequence > 0n).length;
      }
      assertEquals(batches, 60);
    }),
});
