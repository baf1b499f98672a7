/**
 * `count_live.ts IFACE ADDRESS PORT FILTER…`, for live_offsets_test.ts, which runs it on a host of its
 * own: captures by each of the filters at once, without the traffic of a collector at that address, and
 * prints how many packets came by each whenever some have come.
 */
import { stopSignal } from "../../lib/base/program/stop_signal_io.ts";
import { readInterface } from "../../lib/capture/live_capture_io.ts";
import { createLiveCounts } from "../../lib/capture/live_options.ts";

const [iface, address, port, ...filters] = Deno.args;
const counts = filters.map(() => 0);
const signal = stopSignal();
await Promise.all(filters.map((filter, nth) =>
  readInterface(
    iface!,
    {
      interfaces: [iface!],
      filter,
      collector: { addresses: [address!], port: Number(port) },
      snapLength: 262_144,
      promiscuous: true,
      ringBytes: 2 << 20,
      timeoutMs: 100,
      immediate: false,
      monitor: false,
    },
    { packet: () => counts[nth]!++ },
    {
      afterBurst: () => console.log(`counts: ${counts.join(" ")}`),
      counts: createLiveCounts(),
      onChange: (line) => console.log(line),
      signal,
    },
  )
));
