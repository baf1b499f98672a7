import { assert, assertEquals } from "@std/assert";
import { RecordStore } from "../../lib/write/store_io.ts";
import { until } from "../until.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { batchesIn, Sensor } from "./session_sensor.ts";

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
  await until("it says that it cannot keep the limit", () => exceeded > 0, 5000);
  assert(rotated < 20, `${rotated} files have become full`);
  assertEquals(batchesIn(disk.files).size, 40);

  // The files of a session that brings much go as they did.
  const sensor = new Sensor("alice", 99n);
  await sensor.connect(store);
  for (let n = 0; n < 40; n++) {
    sensor.send();
    await sensor.drained();
  }
  await until("full files have gone", () => store.expired.files > 2, 5000);
  assertEquals(exceeded, 1);
});
