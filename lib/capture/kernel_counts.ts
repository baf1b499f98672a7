import type { LiveCounts } from "./live_options.ts";

/** What libpcap counts of one opened interface, and how much of it has been added to the totals. */
export class KernelCounts {
  #counted: readonly number[] = [0, 0, 0];

  /** What has been counted so far is not to be added. */
  skip(stat: Uint32Array): void {
    this.#counted = [...stat.subarray(0, this.#counted.length)];
  }

  /**
   * Adds what has come since the last call.
   *
   * @param stat struct pcap_stat: packets received, dropped, dropped by the interface; 32 bits each, which
   * wrap. The last one goes back when the interface is removed: libpcap counts from what it then reads as 0.
   */
  addTo(counts: LiveCounts, stat: Uint32Array): void {
    const [received, dropped, droppedByInterface] = this.#counted.map((before, at) =>
      Math.max(0, (stat[at]! - before) | 0)
    );
    this.skip(stat);
    counts.received += received!;
    counts.droppedByKernel += dropped!;
    counts.droppedByInterface += droppedByInterface!;
  }
}
