import { assert, assertEquals } from "@std/assert";
import { RecordStore } from "../../lib/write/store_io.ts";
import { until } from "../until.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { membersOf, Sensor } from "./session_sensor.ts";

Deno.test("a session that is over is forgotten, and keeps no file", async () => {
  const disk = new MemoryDisk();
  await using store = await RecordStore.open("/out", {
    version: "v1",
    layer: disk,
    gatherMs: 0,
    rotateBytes: 1000,
    keepBytes: 3000,
  });
  const going = new Sensor("alice", 999n);
  await going.connect(store);
  for (let number = 1n; number <= 100n; number++) {
    const sensor = new Sensor("alice", number);
    const session = await sensor.connect(store);
    sensor.send();
    await sensor.drained();
    session.close(true);
  }
  const again = await store.openSession("alice", 100n, () => {});
  assertEquals(again.settled, 0n);
  again.close();
  await until("full files have gone", () => store.expired.files > 5, 5000);
  const members = [...disk.files].flatMap(([path, bytes]) => membersOf(bytes, path));
  assert(members.length > 0);
  const notes = members.filter(({ session, sequence }) => session !== 0n && sequence === 0n);
  assertEquals(notes, []);
});

Deno.test("a session whose connection has only broken off is not forgotten", async () => {
  const disk = new MemoryDisk();
  await using store = await RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0 });
  const going = new Sensor("alice", 999n);
  await going.connect(store);
  const sensor = new Sensor("alice", 1n);
  for (const isOver of [false, undefined]) {
    const session = await sensor.connect(store);
    sensor.send();
    await sensor.drained();
    session.close(isOver);
  }
  assertEquals((await store.openSession("alice", 1n, () => {})).settled, 2n);
});
