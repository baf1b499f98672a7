/**
 * `iterate_live.ts IFACE COUNT QUEUE`, for capture_packets_test.ts, which runs it on a host of its own:
 * takes packets until so many have come, or were dropped in front of the queue; then prints the lengths
 * of those that it has, and how many were dropped.
 */
import { capturePackets, createCapturedCounts } from "../../lib/capture/capture_packets_io.ts";

const [iface = "", count = "", maxQueueBytes = ""] = Deno.args;
const counts = createCapturedCounts();
const lengths: number[] = [];
const stop = new AbortController();
const look = setInterval(() => {
  if (counts.droppedFromQueue === Number(count)) stop.abort();
}, 20);
const packets = capturePackets([iface], {
  counts,
  maxQueueBytes: Number(maxQueueBytes),
  onChange: (line) => console.log(line),
  signal: stop.signal,
});
for await (const { bytes } of packets) {
  lengths.push(bytes.length);
  if (lengths.length === Number(count)) break;
}
clearInterval(look);
console.log(JSON.stringify({ lengths, dropped: counts.droppedFromQueue }));
