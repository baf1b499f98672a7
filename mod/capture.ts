/**
 * Packets, of capture files and of network interfaces. For programs that neither send nor store.
 *
 * ```ts
 * import { capturePackets, readPackets } from "@farcap/farcap/capture";
 *
 * for await (const { bytes, sec } of readPackets("tests/captures/dns.pcap")) {
 *   console.log(new Date(sec * 1000).toISOString(), bytes.length);
 * }
 * async function untilStopped(name: string, signal: AbortSignal) { // as root, or with CAP_NET_RAW
 *   for await (const { bytes } of capturePackets([name], { filter: "udp port 53", signal })) {
 *     console.log(bytes.length);
 *   }
 * }
 * ```
 *
 * @module
 */
export { CaptureError, FarcapError } from "../lib/base/errors.ts";
export type { CaptureCounts } from "../lib/capture/capture_counts.ts";
export {
  type CapturedCounts,
  type CaptureOptions,
  capturePackets,
  createCapturedCounts,
} from "../lib/capture/capture_packets_io.ts";
export type { CapturedPacket } from "../lib/capture/captured_packet.ts";
export { type Interface, listInterfaces } from "../lib/capture/interfaces_io.ts";
export { LinkType } from "../lib/capture/link_type.ts";
export type { LiveCounts, LiveOptions } from "../lib/capture/live_options.ts";
export type { CollectorEndpoint } from "../lib/capture/own_traffic.ts";
export { readPackets } from "../lib/capture/read_packets_io.ts";
