import { assert, assertEquals } from "@std/assert";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import type { StoreOptions } from "../../../lib/write/files/store_options.ts";
import { until } from "../../until.ts";
import type { MemoryDisk } from "./memory_disk.ts";
import { killedDisk } from "./memory_store.ts";
import { Sensor, TCP, UDP } from "./session_sensor.ts";

Deno.test("what only a member told that a crash tore is noted before its file is deleted", async () => {
  const sensor = new Sensor("alice", 1n);
  const disk = await killedDisk(async (store) => {
    await sensor.connect(store);
    for (let n = 1; n <= 6; n++) {
      sensor.send({ type: n < 6 ? UDP : TCP });
      await sensor.drained();
    }
  });
  const tcp = "/out/alice/TCP.ncap.gz"; // its last member tells that 5 is settled, no other does
  disk.put(tcp, disk.files.get(tcp)!.with(-1, 0xff));
  {
    await using store = await open(disk, { rotateBytes: 1000, keepBytes: 1000 });
    assertEquals((await store.openSession("alice", 1n, () => {})).settled, 5n);
    const other = new Sensor("alice", 2n);
    await other.connect(store);
    for (let n = 0; n < 60; n++) {
      other.send({ type: UDP });
      await other.drained();
    }
    await until("full files have gone", () => store.expired.files > 2);
  }
  assert(![...disk.files.keys()].some((path) => path.includes("damaged")));
  await using store = await open(disk);
  assertEquals((await store.openSession("alice", 1n, () => {})).settled, 5n);
});

function open(disk: MemoryDisk, options: Partial<StoreOptions> = {}): Promise<RecordStore> {
  return RecordStore.open("/out", { version: "v1", layer: disk, gatherMs: 0, ...options });
}
