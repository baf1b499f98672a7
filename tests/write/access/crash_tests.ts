import { randomFractions } from "../../base/random_numbers.ts";
import type { Fault, MemoryDisk } from "../files/memory_disk.ts";

/** How a disk stops at a step, and what it leaves. */
export interface Crash {
  readonly fault: Fault;
  leave(disk: MemoryDisk, step: number): MemoryDisk;
}

/**
 * The tests of something that is broken off.
 *
 * @param afterPowerCut `after a power cut at any write of WHAT, OUTCOME`: the name of one of them, whole, so that it is
 * found by it. The others are called after it.
 * @param atEveryStep Breaks it off at every step in turn, and checks what is left.
 */
export function testCrashes(
  afterPowerCut: string,
  atEveryStep: (crash: Crash) => Promise<void>,
): void {
  for (const fault of ["before", "after", "half"] as const) {
    Deno.test(afterPowerCut.replace("after a power cut at", `killed ${fault}`), async () => {
      await atEveryStep({ fault, leave: (disk) => disk.afterKill() });
    });
  }
  Deno.test(afterPowerCut, async () => {
    for (let seed = 0; seed < 10; seed++) {
      await atEveryStep({
        fault: "after",
        leave: (disk, step) => disk.afterPowerCut(randomFractions(100 * seed + step)),
      });
    }
  });
}
