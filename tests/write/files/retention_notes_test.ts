import { assert, assertEquals } from "@std/assert";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { until } from "../../until.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { batchesIn, membersOf, Sensor } from "./session_sensor.ts";

Deno.test("a file stays that makes hardly more room than the notes of its sessions take", async () => {
  const disk = new MemoryDisk();
  let exceeded = 0;
  let rotated = 0;
  await using store = await RecordStore.open("/out", {
    version: "v1",
    layer: disk,
    gatherMs: 1,
    rotateBytes: 1000,
    keepBytes: 2000,
    onRotated: () => rotated++,
    onExceeded: () => exceeded++,
  });
  for (let session = 1n; session <= 40n; session++) {
    const sensor = new Sensor("alice", session);
    const opened = await sensor.connect(store);
    sensor.send();
    await sensor.drained();
    opened.close();
  }
  await until("it says that it cannot keep the limit", () => exceeded > 0);
  assert(rotated < 20, `${rotated} files have become full`);
  assertEquals(batchesIn(disk.files).size, 40);

  // The files of a session that brings much go as they did.
  const sensor = new Sensor("alice", 99n);
  await sensor.connect(store);
  for (let n = 0; n < 40; n++) {
    sensor.send();
    await sensor.drained();
  }
  await until("full files have gone", () => store.expired.files > 2);
  assertEquals(exceeded, 1);
});

Deno.test("a file that is too old goes whatever its notes take, and what was settled stays known", async () => {
  const disk = new MemoryDisk();
  const options = { version: "v1", layer: disk, gatherMs: 1 };
  const sensors = Array.from(
    { length: 10 },
    (_, number) => new Sensor("alice", BigInt(number + 1)),
  );
  const sendOne = async (store: RecordStore, sensor: Sensor) => {
    const session = await sensor.connect(store);
    sensor.send();
    await sensor.drained();
    session.close();
  };
  {
    await using store = await RecordStore.open("/out", options);
    for (const sensor of sensors) await sendOne(store, sensor);
  }
  const old = "/out/alice/TCP-20200101T000000.000Z.ncap.gz";
  await disk.rename("/out/alice/TCP.ncap.gz", old);
  {
    await using store = await RecordStore.open("/out", options);
    await sendOne(store, new Sensor("alice", 99n));
  }
  const notes = () =>
    membersOf(disk.files.get("/out/alice/TCP.ncap.gz")!, "TCP")
      .filter(({ session, sequence }) => session !== 0n && session !== 99n && sequence === 0n)
      .length;
  // Files are looked through at the start: the first time it is noted, then it may go.
  for (const isDone of [() => notes() === 10, () => !disk.files.has(old)]) {
    await using store = await RecordStore.open("/out", { ...options, keepDays: 30 });
    await until("the old file is seen to", isDone);
    for (let number = 1n; number <= 10n; number++) {
      const session = await store.openSession("alice", number, () => {});
      assertEquals(session.settled, 1n);
      session.close();
    }
  }
});
