import { type Fault, MemoryDisk } from "../files/memory_disk.ts";
import type { Crash } from "./crash_tests.ts";

/** The disks of a collector and of a sensor, of which one stops at some step. */
export class TwoDisks {
  collector = new MemoryDisk();
  sensor = new MemoryDisk();

  /** Stops at a step, counted over both. */
  stopAt(step: number, fault: Fault): void {
    let count = 0;
    const faultAt = () => count++ === step ? fault : undefined;
    this.collector.faultAt = this.sensor.faultAt = faultAt;
  }

  /** What the one that has stopped has left; the other one has not been touched. */
  left(leave: (disk: MemoryDisk) => MemoryDisk): TwoDisks {
    const left = new TwoDisks();
    left.collector = this.collector.hasEnded ? leave(this.collector) : this.collector;
    left.sensor = this.sensor.hasEnded ? leave(this.sensor) : this.sensor;
    left.collector.faultAt = left.sensor.faultAt = () => undefined;
    return left;
  }

  /** Does something; false when a disk has stopped, of which neither end knows more. */
  async survives(act: () => Promise<boolean>): Promise<boolean> {
    try {
      return await act();
    } catch (error) {
      if (!this.collector.hasEnded && !this.sensor.hasEnded) throw error;
      return false;
    }
  }
}

/**
 * Does something on new disks of which one stops at a step, at each in turn, and has what they leave checked.
 *
 * @param act As {@linkcode TwoDisks.survives}.
 * @returns How many steps it takes.
 */
export async function atEachStep(
  { fault, leave }: Crash,
  begin: () => Promise<TwoDisks>,
  act: (disks: TwoDisks) => Promise<boolean>,
  check: (left: TwoDisks, step: number) => Promise<void>,
): Promise<number> {
  for (let step = 0;; step++) {
    const disks = await begin();
    disks.stopAt(step, fault);
    if (await act(disks)) return step;
    await check(disks.left((disk) => leave(disk, step)), step);
  }
}
