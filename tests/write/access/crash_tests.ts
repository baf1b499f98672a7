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
 * @param what As in `killed before any write of WHAT, OUTCOME`.
 * @param atEveryStep Breaks it off at every step in turn, and checks what is left.
 */
export function testCrashes(
  what: string,
  outcome: string,
  atEveryStep: (crash: Crash) => Promise<void>,
): void {
  for (const fault of ["before", "after", "half"] as const) {
    Deno.test(`killed ${fault} any write of ${what}, ${outcome}`, async () => {
      await atEveryStep({ fault, leave: (disk) => disk.afterKill() });
    });
  }
  Deno.test(`after a power cut at any write of ${what}, ${outcome}`, async () => {
    for (let seed = 0; seed < 10; seed++) {
      await atEveryStep({
        fault: "after",
        leave: (disk, step) => disk.afterPowerCut(randomFractions(100 * seed + step)),
      });
    }
  });
}
