import { assertEquals } from "@std/assert";
import { KernelCounts } from "../../lib/capture/kernel_counts.ts";
import { createLiveCounts } from "../../lib/capture/live_options.ts";

Deno.test("what has come since the last look is added to the totals, also behind 32 bits", () => {
  const counts = createLiveCounts();
  const kernel = new KernelCounts();
  for (const stat of [[7, 2, 1], [7, 2, 1], [0x7fff_ffff, 3, 1], [0xffff_fff0, 3, 4], [5, 4, 4]]) {
    kernel.addTo(counts, Uint32Array.from([...stat, 9, 9, 9]));
  }
  const { received, droppedByKernel, droppedByInterface } = counts;
  assertEquals([received, droppedByKernel, droppedByInterface], [2 ** 32 + 5, 4, 4]);
});

Deno.test("counts of an interface that is gone go back in libpcap, and not in the totals", () => {
  const counts = createLiveCounts();
  const kernel = new KernelCounts();
  // libpcap 1.10, pcap_stats_linux: what the interface had dropped before the capture, 900, is taken off.
  for (const stat of [[10, 0, 3], [10, 0, (3 - 903) >>> 0], [11, 0, (3 - 903) >>> 0]]) {
    kernel.addTo(counts, Uint32Array.from(stat));
  }
  assertEquals([counts.received, counts.droppedByInterface], [11, 3]);
});
