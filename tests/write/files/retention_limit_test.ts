import { assert, assertEquals } from "@std/assert";
import { RecordStore } from "../../../lib/write/files/store_io.ts";
import { until } from "../../until.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { Sensor, TCP, UDP } from "./session_sensor.ts";

Deno.test("a limit that files in use exceed is said once for a client, with what they take", async () => {
  const disk = new MemoryDisk();
  const said: [folder: string, bytes: number][] = [];
  {
    await using store = await open(disk, 500, said);
    const sensor = new Sensor("alice", 1n);
    await sensor.connect(store);
    for (let n = 0; n < 60; n++) {
      sensor.send({ type: n % 2 === 0 ? TCP : UDP });
      await sensor.drained();
    }
    await until("full files have gone", () => store.expired.files > 2);
  }
  assertEquals(said.map(([folder]) => folder), ["alice"]);
  assert(said[0]![1] > 500 && said[0]![1] < 5000, `${said[0]![1]}`);
});

Deno.test("nothing is said of a limit that is kept", async () => {
  const disk = new MemoryDisk();
  const said: [folder: string, bytes: number][] = [];
  await using store = await open(disk, 3000, said);
  for (const number of [1n, 2n, 3n]) {
    const sensor = new Sensor("alice", number);
    const session = await sensor.connect(store);
    for (let n = 0; n < 20; n++) {
      sensor.send();
      await sensor.drained();
    }
    session.close();
  }
  await until("full files have gone", () => store.expired.files > 2);
  assertEquals(said, []);
});

function open(
  disk: MemoryDisk,
  keepBytes: number,
  said: [folder: string, bytes: number][],
): Promise<RecordStore> {
  return RecordStore.open("/out", {
    version: "v1",
    layer: disk,
    gatherMs: 0,
    rotateBytes: 1000,
    keepBytes,
    onExceeded: (...what) => said.push(what),
  });
}
