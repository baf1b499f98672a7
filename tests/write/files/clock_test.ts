/** A store whose wall clock is set while it runs and between two runs; its other clock never goes back. */
import { assert, assertEquals } from "@std/assert";
import { parseFileName } from "../../../lib/write/files/file_names.ts";
import { SteadyTime } from "../../../lib/write/files/steady_time.ts";
import type { StoreOptions } from "../../../lib/write/files/store_options.ts";
import type { RecordStore } from "../../../lib/write/files/store_io.ts";
import { until } from "../../until.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { ALICE_TCP, openStore } from "./memory_store.ts";
import { Sensor } from "./session_sensor.ts";

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** Clocks that a test sets. */
class Clocks {
  wall = Date.UTC(2026, 10, 28, 17);
  monotonic = 5_000_000;

  wallMs = () => this.wall;
  monotonicMs = () => this.monotonic;

  pass(ms: number): void {
    this.wall += ms;
    this.monotonic += ms;
  }
}

const rotatedIn = (disk: MemoryDisk) =>
  [...disk.files.keys()].filter((path) =>
    parseFileName(path.split("/").at(-1)!)?.kind === "rotated"
  )
    .sort();

/** Sends a batch each half second for so long. */
async function sendFor(seconds: number, sensor: Sensor, clocks: Clocks): Promise<void> {
  for (let n = 0; n < 2 * seconds; n++) {
    clocks.pass(SECOND_MS / 2);
    sensor.send();
    await sensor.drained();
  }
}

Deno.test("a file is rotated at its age, whatever the wall clock is set to; names stay in order", async () => {
  // As in the case clock-set-back: 14 s right, 14 s a day behind, 14 s 400 days ahead, then right again.
  const clocks = new Clocks();
  const disk = new MemoryDisk();
  const rotated: string[] = [];
  await using store = await openStore(disk, {
    clock: clocks,
    rotateAgeMs: 8 * SECOND_MS,
    onRotated: (path) => rotated.push(path),
  });
  const sensor = new Sensor("alice", 1n);
  await sensor.connect(store);
  for (const jump of [0, -DAY_MS, 401 * DAY_MS, -400 * DAY_MS]) {
    clocks.wall += jump;
    const before = rotated.length;
    await sendFor(17, sensor, clocks);
    assertEquals(rotated.length - before, 2, `within 17 s after ${jump} ms`);
  }
  assertEquals(rotated.toSorted(), rotated);
  assertEquals(new Set(rotated).size, 8);
});

Deno.test("a file that says to have been begun in the future is rotated with what comes next, once", async () => {
  const clocks = new Clocks();
  const disk = new MemoryDisk();
  const options = { clock: clocks, rotateAgeMs: 3600 * SECOND_MS };
  const sensor = new Sensor("alice", 1n);
  clocks.wall += 400 * DAY_MS;
  await use(disk, options, async (store) => {
    await sensor.connect(store);
    await sendFor(2, sensor, clocks);
  });
  clocks.wall -= 400 * DAY_MS;
  await use(disk, options, async (store) => {
    await sensor.connect(store);
    await sendFor(5, sensor, clocks);
  });
  assertEquals(rotatedIn(disk).length, 1);
  await use(disk, options, async (store) => {
    await sensor.connect(store);
    await sendFor(5, sensor, clocks);
  });
  assertEquals(rotatedIn(disk).length, 1, "the next one has been begun by the right clock");
});

Deno.test("without -rotate-age a file from the future is rotated as well", async () => {
  const clocks = new Clocks();
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  for (const jump of [400 * DAY_MS, -400 * DAY_MS]) {
    clocks.wall += jump;
    await use(disk, { clock: clocks }, async (store) => {
      await sensor.connect(store);
      await sendFor(1, sensor, clocks);
    });
  }
  assertEquals(rotatedIn(disk).length, 1);
});

Deno.test("-keep-days deletes nothing for a clock that is set forward, until that has lasted a day", () => {
  const clocks = new Clocks();
  const time = new SteadyTime(clocks.wall, clocks.monotonic);
  const now = () => time.now(clocks.wall, clocks.monotonic);
  const began = clocks.wall;
  clocks.pass(3600 * SECOND_MS);
  assertEquals(now(), began + 3600 * SECOND_MS);
  clocks.wall += 400 * DAY_MS;
  clocks.pass(3600 * SECOND_MS);
  assertEquals(now(), began + 2 * 3600 * SECOND_MS);
  clocks.wall -= 400 * DAY_MS; // right again
  assertEquals(now(), clocks.wall);
  clocks.wall -= DAY_MS;
  assertEquals(now(), clocks.wall, "set back it is believed at once");
  clocks.wall += DAY_MS;
  for (let hour = 0; hour < 24; hour++) {
    assertEquals(now(), clocks.wall - DAY_MS, `after ${hour} h`);
    clocks.pass(3600 * SECOND_MS);
  }
  assertEquals(now(), clocks.wall);
});

Deno.test("a file with a name in the future is kept for -keep-days from when it was first seen", async () => {
  const clocks = new Clocks();
  const disk = new MemoryDisk();
  const sensor = new Sensor("alice", 1n);
  await use(disk, { clock: clocks }, async (store) => {
    await sensor.connect(store);
    await sendFor(2, sensor, clocks);
    await disk.rename(ALICE_TCP, "/out/alice/TCP-20400101T000000.000Z.ncap.gz");
    await sendFor(2, sensor, clocks);
  });
  await use(disk, { clock: clocks, keepDays: 30, rotateAgeMs: DAY_MS }, async (store) => {
    await sensor.connect(store);
    await sendFor(1, sensor, clocks);
    for (let day = 0; day < 40; day++) {
      clocks.pass(DAY_MS + SECOND_MS);
      await sendFor(1, sensor, clocks); // rotates, and looks for what is old then
      const left = rotatedIn(disk).some((path) => path.includes("-20400101"));
      if (day < 29) assert(left, `day ${day}`);
    }
    await until(
      "it has gone",
      () => !rotatedIn(disk).some((path) => path.includes("-20400101T000000.000Z")),
    );
  });
});

async function use(
  disk: MemoryDisk,
  options: Partial<StoreOptions>,
  test: (store: RecordStore) => Promise<void>,
): Promise<void> {
  await using store = await openStore(disk, options);
  await test(store);
}
