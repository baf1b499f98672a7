import { assert, assertEquals } from "@std/assert";
import { MemoryDisk } from "./memory_disk.ts";
import { openStore } from "./memory_store.ts";
import { batchesIn, Sensor } from "./session_sensor.ts";

Deno.test("a full file is given the time as its name; all its batches still count", async () => {
  const disk = new MemoryDisk();
  const rotated: string[] = [];
  const sensor = new Sensor("alice", 1n);
  const before = Date.now();
  for (let run = 0; run < 2; run++) {
    await using store = await openStore(disk, {
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
  await using store = await openStore(disk, {
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
