import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { concat } from "../../lib/base/bytes.ts";
import { StoreError } from "../../lib/base/errors.ts";
import { readRecords } from "../../lib/write/read_records_io.ts";
import { RecordStore } from "../../lib/write/store_io.ts";
import type { StoreOptions } from "../../lib/write/store_options.ts";
import { inFolder } from "./in_folder.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { frame } from "./record_file_bytes.ts";
import { canRunPython, readByPython } from "./python.ts";
import { canMakeDisk, onSmallDisk } from "./small_disk.ts";
import { batchesIn, membersOf, NO_TYPE, Sensor, sessionBatch, TCP, UDP } from "./session_sensor.ts";

const ALICE_TCP = "/out/alice/TCP.ncap.gz";

Deno.test("batches are settled when they are on disk, and told so at most once a round", async () => {
  const disk = new MemoryDisk();
  await using store = await open(disk, { gatherMs: 20 });
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
  await using store = await open(disk, { gatherMs: 20, maxOpenFiles: 1 });
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
  await using store = await open(disk);
  const session = await store.openSession("alice", 1n, () => {});
  const batch = sessionBatch(2n, "alice/1/2");
  session.append(batch);
  assertEquals(session.digestOf(2n), batch.digest);
  assertEquals([session.digestOf(1n), session.digestOf(3n)], [undefined, undefined]);
  await session.drained();
  assertEquals(session.settled, 0n); // 1 is missing
  assertEquals(session.digestOf(2n), batch.digest);
  assertThrows(() => session.append(batch), RangeError, "here already");
  session.append(sessionBatch(1n, "alice/1/1"));
  await session.drained();
  assertEquals(session.settled, 2n);
});

Deno.test("a store that is opened later knows what is settled and what is stored above it", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await open(disk);
    const session = await store.openSession("alice", 1n, () => {});
    for (const sequence of [1n, 2n, 4n]) {
      session.append(sessionBatch(sequence, `alice/1/${sequence}`));
      await session.drained();
    }
  }
  await using store = await open(disk);
  const session = await store.openSession("alice", 1n, () => {});
  assertEquals(session.settled, 2n);
  assertEquals(session.digestOf(4n), sessionBatch(4n, "alice/1/4").digest);
  session.append(sessionBatch(3n, "alice/1/3"));
  await session.drained();
  assertEquals(session.settled, 4n);
});

Deno.test("sessions of one client and one session of two clients are kept apart", async () => {
  const disk = new MemoryDisk();
  const sensors = [new Sensor("alice", 1n), new Sensor("alice", 2n), new Sensor("bob", 1n)];
  for (let run = 1; run <= 3; run++) {
    await using store = await open(disk);
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
      tcp.slice(1).map(({ sequence, reason, count }) => [sequence, reason, count]),
      [[1n, 0, 1], [2n, 7, 0], [4n, 0, 1]],
    );
    const unknown = membersOf(await Deno.readFile(`${folder}/alice/Unknown.ncap.gz`), "Unknown");
    assertEquals(unknown.slice(1).map(({ sequence, reason }) => [sequence, reason]), [[3n, 8]]);
    // Both are record files to whoever reads such.
    for (const [name, records] of [["TCP", 2], ["Unknown", 0]] as const) {
      const path = `${folder}/alice/${name}.ncap.gz`;
      let read = 0;
      for await (const burst of readRecords(path)) {
        assertEquals([burst.header.InputSource, burst.problems], ["alice", []]);
        read += burst.records.length;
      }
      assertEquals(read, records);
      if (!canRunPython) continue;
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
    await using store = await open(disk);
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
  await using store = await open(disk);
  const session = await store.openSession("alice", 1n, () => {});
  assertEquals([session.settled, session.skipTo(8n)], [7n, 0n]);
});

Deno.test("a session that is opened again ends the use before, whose batches are settled first", async () => {
  const disk = new MemoryDisk();
  await using store = await open(disk, { gatherMs: 10 });
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
  await using store = await open(disk);
  await store.openSession("alice", 1n, () => {});
  const second = await store.openSession("alice", 1n, () => {});
  await new Promise((resolve) => setTimeout(resolve)); // the first has ended for good
  second.append(sessionBatch(1n, "alice/1/1"));
  await second.drained();
  const third = await store.openSession("alice", 1n, () => {});
  assertEquals(third.settled, 1n);
});

Deno.test("whoever has gone waits for no recovery, and disturbs nobody who opens the session later", async () => {
  const { disk } = await stored();
  await using store = await open(disk);
  const gate = Promise.withResolvers<void>();
  const openFile = disk.open.bind(disk);
  disk.open = async (path, mode) => {
    await gate.promise;
    return await openFile(path, mode);
  };
  const gone = new AbortController();
  const opening = store.openSession("alice", 1n, () => {}, gone.signal);
  const later = store.openSession("alice", 1n, () => {});
  gone.abort(new Error("gone"));
  await assertRejects(() => opening, Error, "gone");
  gate.resolve();
  const session = await later;
  session.append(sessionBatch(11n, "alice/1/11"));
  await session.drained();
  assertEquals(session.settled, 11n);
  const late = store.openSession("alice", 1n, () => {}, AbortSignal.abort(new Error("gone too")));
  await assertRejects(() => late, Error, "gone too");
  session.append(sessionBatch(12n, "alice/1/12")); // it is still the one that is open
  await session.drained();
});

Deno.test("whoever has gone waits for no batches of the use before", async () => {
  const disk = new MemoryDisk();
  await using store = await open(disk);
  const first = await store.openSession("alice", 1n, () => {});
  disk.faultAt = (_step, what) => what.startsWith("write ") ? "ENOSPC" : undefined;
  first.append(sessionBatch(1n, "alice/1/1"));
  const gone = new AbortController();
  const opening = store.openSession("alice", 1n, () => {}, gone.signal);
  setTimeout(() => gone.abort(new Error("gone")), 5);
  await assertRejects(() => opening, Error, "gone");
  const later = store.openSession("alice", 1n, () => {});
  disk.faultAt = () => undefined;
  assertEquals((await later).settled, 1n);
});

Deno.test("a sync that fails in a recovery that nobody waits for any more ends the store too", async () => {
  const { disk } = await stored();
  const failed = Promise.withResolvers<StoreError>();
  await using store = await open(disk, { onFailure: failed.resolve });
  disk.faultAt = (_step, what) => what.startsWith("sync ") ? "EIO" : undefined;
  const gone = AbortSignal.abort(new Error("gone"));
  await assertRejects(() => store.openSession("alice", 1n, () => {}, gone), Error, "gone");
  assertEquals((await failed.promise).code, "sync-failed");
});

Deno.test("a failed sync settles nothing any more, and everybody is told", async () => {
  const disk = new MemoryDisk();
  const failures: StoreError[] = [];
  await using store = await open(disk, { onFailure: (error) => failures.push(error) });
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

Deno.test("a sync that fails in the recovery of a client is never tried again", async () => {
  const { disk } = await stored();
  let syncs = 0;
  disk.faultAt = (_step, what) => what.startsWith("sync ") && syncs++ === 0 ? "EIO" : undefined;
  const failures: string[] = [];
  await using store = await open(disk, { onFailure: ({ code }) => failures.push(code) });
  const records = frame(new TextEncoder().encode("x"));
  const times = { firstTime: 0n, lastTime: 0n };
  const batch = { clientId: "alice", type: TCP, containsPayloads: false, count: 1, records };
  await assertRejects(() => store.append({ ...batch, ...times }), StoreError);
  const error = await assertRejects(() => store.openSession("alice", 1n, () => {}), StoreError);
  assertEquals([error.code, failures, syncs], ["sync-failed", ["sync-failed"], 1]);
});

Deno.test("a store that is disposed of stops recoveries, and takes nothing more", async () => {
  const { disk, sensor } = await stored();
  const torn = disk.files.get(ALICE_TCP)!;
  disk.put(ALICE_TCP, torn.subarray(0, -1)); // there is something to mend
  let stepsAtUnlock: number | undefined;
  const lock = disk.lock.bind(disk);
  disk.lock = async (folder) => ({
    ...await lock(folder),
    [Symbol.dispose]: () => stepsAtUnlock = disk.steps.length,
  });
  const store = await open(disk);
  const bob = await store.openSession("bob", 1n, () => {});
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const openFile = disk.open.bind(disk);
  disk.open = async (path, mode) => {
    begun.resolve();
    await gate.promise;
    return await openFile(path, mode);
  };
  const opening = sensor.connect(store);
  await begun.promise;
  const before = disk.steps.length;
  const disposing = store[Symbol.asyncDispose]();
  setTimeout(gate.resolve, 5);
  await Promise.all([disposing, assertRejects(() => opening, Error, "closed")]);
  assertThrows(() => bob.append(sessionBatch(1n, "bob/1/1")), TypeError, "closed");
  await assertRejects(() => store.openSession("carol", 1n, () => {}), TypeError, "closed");
  assertEquals([stepsAtUnlock, disk.steps.length, disk.open_], [before, before, 0]);
});

Deno.test("a torn end above what is settled is copied aside and cut off", async () => {
  const { disk, sensor } = await stored();
  const path = "/out/alice/UDP.ncap.gz";
  const torn = disk.files.get(path)!.slice();
  torn[torn.length - 12]! ^= 0xff; // in the body of the last batch, 10
  disk.put(path, torn);
  sensor.settled = 9n;
  const setAside: string[] = [];
  await using store = await open(disk, { onSetAside: (path) => setAside.push(path) });
  const session = await sensor.connect(store);
  await sensor.drained();
  assertEquals([session.settled, sensor.lost, store.damagedFiles], [10n, 0n, 0]);
  assertEquals(setAside, [`${path}.torn-1`]);
  assertEquals(disk.files.get(setAside[0]!), torn.subarray(startOf(torn, 5)));
  assertEquals([...batchesIn(disk.files).values()], Array(10).fill(1));
});

Deno.test("what is whole behind a torn batch is cut off with it and not taken for stored", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await open(disk);
    const session = await store.openSession("alice", 1n, () => {});
    for (const n of [1n, 2n, 3n]) session.append(sessionBatch(n, `alice/1/${n}`)); // one round
    await session.drained();
  }
  const torn = disk.files.get(ALICE_TCP)!.slice();
  torn[startOf(torn, 3) - 12]! ^= 0xff; // in the body of 2
  disk.put(ALICE_TCP, torn);
  await using store = await open(disk);
  const session = await store.openSession("alice", 1n, () => {});
  assertEquals([session.settled, session.digestOf(2n), session.digestOf(3n)], [
    1n,
    undefined,
    undefined,
  ]);
  for (const n of [2n, 3n]) session.append(sessionBatch(n, `alice/1/${n}`));
  await session.drained();
  assertEquals([...batchesIn(disk.files).values()], [1, 1, 1]);
});

for (
  const [what, at] of [
    ["header in the middle", (file: Uint8Array) => startOf(file, 3) + 30],
    ["header of the first batch", (file: Uint8Array) => startOf(file, 1) + 30],
    ["header of the last settled batch", (file: Uint8Array) => startOf(file, 4) + 30],
    ["record of the file header", () => 95],
  ] as const
) {
  Deno.test(`a ${what} that is damaged is never cut: the file is put aside and named`, async () => {
    const { disk, sensor } = await stored();
    const before = disk.files.get(ALICE_TCP)!;
    const damaged = before.slice();
    damaged[at(before)]! ^= 0xff;
    disk.put(ALICE_TCP, damaged);
    const setAside: [string, string][] = [];
    const aside = "/out/alice/TCP.damaged-1.ncap.gz";
    {
      await using store = await open(disk, {
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
    await using store = await open(disk);
    const session = await sensor.connect(store);
    assertEquals([session.settled, store.damagedFiles], [11n, 0]);
  });
}

Deno.test("what is settled is never cut while the store runs, whoever changes its file", async () => {
  const disk = new MemoryDisk();
  const setAside: [string, string][] = [];
  await using store = await open(disk, { onSetAside: (path, why) => setAside.push([path, why]) });
  const sensor = new Sensor("alice", 1n);
  await sensor.connect(store);
  for (let n = 0; n < 4; n++) {
    sensor.send();
    await sensor.drained();
  }
  const changed = concat([disk.files.get(ALICE_TCP)!, Uint8Array.of(0)]);
  changed[startOf(changed, 3) - 12]! ^= 0xff; // in the body of 2
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

Deno.test("a client nobody uses is forgotten past a bound, and recovered when it comes back", async () => {
  const disk = new MemoryDisk();
  await using store = await open(disk);
  const sensor = new Sensor("alice", 1n);
  const session = await sensor.connect(store);
  sensor.send();
  await sensor.drained();
  session.close();
  const reads: string[] = [];
  const readFolder = disk.readFolder.bind(disk);
  disk.readFolder = (path) => {
    reads.push(path);
    return readFolder(path);
  };
  (await sensor.connect(store)).close();
  assertEquals(reads, []);
  for (let n = 0; n < 17_000; n++) (await store.openSession(`x${n}`, 1n, () => {})).close();
  const count = reads.length;
  (await sensor.connect(store)).close();
  assertEquals(reads.slice(count), ["/out/alice"]);
  assertEquals(sensor.settled, 1n);
});

Deno.test("a full file is given the time as its name; all its batches still count", async () => {
  const disk = new MemoryDisk();
  const rotated: string[] = [];
  const sensor = new Sensor("alice", 1n);
  const before = Date.now();
  for (let run = 0; run < 2; run++) {
    await using store = await open(disk, {
      rotateBytes: 1000,
      onRotated: (path) => rotated.push(path),
    });
    await sensor.connect(store);
    for (let n = 0; n < 20; n++) {
      sensor.send();
      await sensor.drained();
    }
  }
  assert(rotated.length >= 4);
  assertEquals(rotated, rotated.toSorted());
  for (const path of rotated) {
    const [, date, hour, minute, rest] = /^alice\/TCP-(\d{8})T(\d\d)(\d\d)(\d\d\.\d{3}Z)\.ncap\.gz$/
      .exec(path)!;
    const day = date!.replace(/(....)(..)(..)/, "$1-$2-$3");
    const time = Date.parse(`${day}T${hour}:${minute}:${rest}`);
    assert(before <= time && time <= Date.now() + 1000, path);
    assert(disk.files.get(`/out/${path}`)!.length <= 1000);
  }
  assertEquals([...batchesIn(disk.files).values()], Array(40).fill(1));
});

Deno.test("an old file is given the time as its name when something comes for it", async () => {
  const disk = new MemoryDisk();
  const rotated: string[] = [];
  await using store = await open(disk, {
    rotateAgeMs: 40,
    onRotated: (path) => rotated.push(path),
  });
  const sensor = new Sensor("alice", 1n);
  await sensor.connect(store);
  sensor.send();
  await sensor.drained();
  assertEquals(rotated, []);
  const deadlineMs = performance.now() + 5000;
  while (rotated.length === 0 && performance.now() < deadlineMs) {
    sensor.send();
    await sensor.drained();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(rotated.length, 1);
});

Deno.test({
  name: "a disk that is really full lets sessions wait until there is room",
  ignore: !canMakeDisk,
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
        batches += membersOf(await Deno.readFile(path), name).length - 1;
      }
      assertEquals(batches, 60);
    }),
});

/** A disk with ten batches of a session, odd ones in one file, each settled before the next. */
async function stored(): Promise<{ disk: MemoryDisk; sensor: Sensor }> {
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  await using store = await open(disk);
  await sensor.connect(store);
  for (let n = 0; n < 10; n++) {
    sensor.send({ type: n % 2 === 0 ? TCP : UDP });
    await sensor.drained();
  }
  return { disk, sensor };
}

/** Where the n-th member of a file begins. */
function startOf(file: Uint8Array, n: number): number {
  const view = new DataView(file.buffer, file.byteOffset);
  let at = 0;
  for (let i = 0; i < n; i++) at += view.getUint32(at + 20, true);
  return at;
}

function open(layer: MemoryDisk, options: Partial<StoreOptions> = {}): Promise<RecordStore> {
  return RecordStore.open("/out", { version: "v1", layer, gatherMs: 0, retryMs: 0, ...options });
}
