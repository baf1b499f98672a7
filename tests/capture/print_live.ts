/**
 * `print_live.ts IFACE READER SNAPLEN`, for burst_reader_test.ts, which runs it on a host of its own:
 * says what happens to the capture, and when it is told to end prints a line for each packet and one of
 * what libpcap counted.
 */
import { stopSignal } from "../../lib/base/program/stop_signal_io.ts";
import { readInterface } from "../../lib/capture/live_capture_io.ts";
import { createLiveCounts } from "../../lib/capture/live_options.ts";
import { PacketCollector } from "./collect_packets.ts";

const [iface, reader, snapLength] = Deno.args;
const counts = createLiveCounts();
const collector = new PacketCollector();
await readInterface(
  iface!,
  {
    interfaces: [iface!],
    filter: "",
    snapLength: Number(snapLength),
    promiscuous: true,
    ringBytes: 64 << 20,
    timeoutMs: 100,
    immediate: false,
    monitor: false,
  },
  collector,
  {
    afterBurst: () => console.log(`packets so far: ${collector.packets.length}`),
    counts,
    onChange: (line) => console.log(line),
    signal: stopSignal(),
    copies: reader === "copies",
  },
);
for (const packet of collector.packets) console.log(JSON.stringify(packet));
console.log(JSON.stringify(counts));
