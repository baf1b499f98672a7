import { assertEquals } from "@std/assert";
import { Clients } from "../../lib/write/clients_io.ts";
import { RecordStore } from "../../lib/write/store_io.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { Sensor } from "./session_sensor.ts";

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
