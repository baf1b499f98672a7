/** When the files of a client are recovered, and who waits for that. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { Clients } from "../../../lib/write/files/clients_io.ts";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { ALICE_TCP, openStore, storedDisk } from "./memory_store.ts";
import { frame } from "./record_file_bytes.ts";
import { Sensor, sessionBatch, TCP } from "./session_sensor.ts";

Deno.test("a client nobody uses is forgotten past a bound, and recovered when it comes back", async () => {
  const disk = new MemoryDisk();
  await using store = await openStore(disk);
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

Deno.test("a sync that fails in the recovery of a client is never tried again", async () => {
  const { disk } = await storedDisk();
  let syncs = 0;
  disk.faultAt = (_step, what) => what.startsWith("sync ") && syncs++ === 0 ? "EIO" : undefined;
  const failures: string[] = [];
  await using store = await openStore(disk, { onFailure: ({ code }) => failures.push(code) });
  const records = frame(new TextEncoder().encode("x"));
  const times = { firstTime: 0n, lastTime: 0n };
  const batch = { clientId: "alice", type: TCP, containsPayloads: false, count: 1, records };
  await assertRejects(() => store.append({ ...batch, ...times }), StoreError);
  const error = await assertRejects(() => store.openSession("alice", 1n, () => {}), StoreError);
  assertEquals([error.code, failures, syncs], ["sync-failed", ["sync-failed"], 1]);
});

Deno.test("whoever has gone waits for no recovery, and disturbs nobody who opens the session later", async () => {
  const { disk } = await storedDisk();
  await using store = await openStore(disk);
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
  await using store = await openStore(disk);
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
  const { disk } = await storedDisk();
  const failed = Promise.withResolvers<StoreError>();
  await using store = await openStore(disk, { onFailure: failed.resolve });
  disk.faultAt = (_step, what) => what.startsWith("sync ") ? "EIO" : undefined;
  const gone = AbortSignal.abort(new Error("gone"));
  await assertRejects(() => store.openSession("alice", 1n, () => {}, gone), Error, "gone");
  assertEquals((await failed.promise).code, "sync-failed");
});

Deno.test("a store that is disposed of stops recoveries, and takes nothing more", async () => {
  const { disk, sensor } = await storedDisk();
  const torn = disk.files.get(ALICE_TCP)!;
  disk.put(ALICE_TCP, torn.subarray(0, -1)); // there is something to mend
  let stepsAtUnlock: number | undefined;
  const lock = disk.lock.bind(disk);
  disk.lock = async (folder) => ({
    ...await lock(folder),
    [Symbol.dispose]: () => stepsAtUnlock = disk.steps.length,
  });
  const store = await openStore(disk);
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

Deno.test("a client with more sessions than are remembered is not recovered at each use", async () => {
  const disk = new MemoryDisk();
  {
    await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
    for (let session = 1n; session <= 12n; session++) {
      for (const client of ["alice", "bob"]) {
        const sensor = new Sensor(client, session);
        await sensor.connect(store);
        sensor.send();
        await sensor.drained();
      }
    }
  }
  let recoveries = 0;
  const clients = new Clients(disk, () => recoveries++, () => {}, 10);
  const use = async (folder: string) => clients.release(folder, await clients.use(folder));
  for (let times = 0; times < 3; times++) await use("/out/alice");
  assertEquals(recoveries, 1);
  await use("/out/bob"); // alice is forgotten for bob
  await use("/out/bob");
  assertEquals(recoveries, 2);
  await use("/out/alice");
  assertEquals(recoveries, 3);
  await clients.close();
});
