/** The spool on a disk that stops, tears and refuses at every step in turn. */
import { assert, assertEquals } from "@std/assert";
import { StoreError } from "../../../lib/base/errors.ts";
import { randomFractions } from "../../base/random_numbers.ts";
import { type Fault, MemoryDisk } from "../files/memory_disk.ts";
import { SpoolingSensor, TYPES } from "./spooling_sensor.ts";

const ROUNDS = 7;

/** How many steps a run takes. */
async function stepsOf(): Promise<number> {
  const disk = new MemoryDisk();
  await new SpoolingSensor().run(disk, ROUNDS);
  return disk.steps.length;
}

/** A run that ends at a step, as the fault has it; true if it did. */
async function runInto(sensor: SpoolingSensor, disk: MemoryDisk, step: number, fault: Fault) {
  disk.faultAt = (n) => n === step ? fault : undefined;
  try {
    await sensor.run(disk, ROUNDS);
    return false;
  } catch (error) {
    if (!disk.hasEnded && !(error instanceof StoreError)) throw error;
    assert(fault === "ENOSPC" || sensor.dropped === 0, "nothing is dropped but for want of room");
    return true;
  }
}

function check(sensor: SpoolingSensor, what: string): void {
  const { stored } = sensor;
  assertEquals(new Set(stored).size, stored.length, `${what}: stored twice`);
  const missing = [...sensor.synced].filter((id) => !stored.includes(id));
  assert(missing.length <= sensor.dropped, `${what}: ${missing} were durable, and never sent`);
  for (const type of TYPES) {
    for (const ids of sensor.storedOf(type)) {
      assertEquals(ids, ids.toSorted((a, b) => a - b), `${what}: order of type ${type}`);
    }
  }
}

const FAULTS: Fault[] = ["before", "after", "half", "EIO", "ENOSPC"];

for (const fault of FAULTS) {
  Deno.test(`a sensor that ends at any step of its spool (${fault}) goes on with the same numbers`, async () => {
    const steps = await stepsOf();
    assert(steps > 60, `${steps} steps`);
    for (let step = 0; step < steps; step++) {
      const disk = new MemoryDisk();
      const sensor = new SpoolingSensor();
      await runInto(sensor, disk, step, fault);
      await sensor.run(disk.afterKill(), 2);
      check(sensor, `step ${step}, ${disk.steps[step]}`);
    }
  });
}

Deno.test("a power cut at any step, and a second one while it is mended, takes nothing that was durable", async () => {
  const steps = await stepsOf();
  const random = randomFractions(13);
  for (let step = 0; step < steps; step++) {
    const disk = new MemoryDisk();
    const sensor = new SpoolingSensor();
    await runInto(sensor, disk, step, random() < 0.5 ? "half" : "after");
    const mending = disk.afterPowerCut(random);
    await runInto(sensor, mending, Math.floor(random() * 12), "half");
    await sensor.run(mending.hasEnded ? mending.afterPowerCut(random) : mending, 2);
    check(sensor, `step ${step}, ${disk.steps[step]}`);
  }
});
