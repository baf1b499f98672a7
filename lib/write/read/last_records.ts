import { Fifo } from "../../base/wait/fifo.ts";
import type { RecordBurst } from "./record_burst.ts";

/** The last of some records. */
export class LastRecords {
  readonly #max: number;
  /** Bursts that some of the last are in. */
  #bursts = new Fifo<RecordBurst>();
  #count = 0;

  /** @param max How many are kept. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Takes note of a burst's records. */
  add(burst: RecordBurst): void {
    if (burst.records.length === 0 || this.#max === 0) return;
    // Copies, lest a few records hold all of the members that they are parts of.
    const records = burst.records.slice(-this.#max).map((record) => record.slice());
    this.#bursts.push({ ...burst, records });
    this.#count += records.length;
    while (this.#count - this.#bursts.at(0)!.records.length >= this.#max) {
      this.#count -= this.#bursts.shift()!.records.length;
    }
  }

  /** Hands the last records over, in order, and forgets them. */
  take(): RecordBurst[] {
    const [first, ...others] = this.#bursts;
    const excess = Math.max(0, this.#count - this.#max);
    this.#bursts = new Fifo();
    this.#count = 0;
    return first === undefined
      ? []
      : [{ ...first, records: first.records.slice(excess) }, ...others];
  }
}
