/**
 * Packets, made into records, with decoders of one's own among those there are. Nothing here touches the
 * world: packets are bytes that the caller has, from `./capture` or anywhere.
 *
 * ```ts
 * import { readPackets } from "@farcap/farcap/capture";
 * import { messageOf, PacketDecoder } from "@farcap/farcap/decode";
 * import { UDPSchema } from "@farcap/farcap/schemas";
 *
 * const decoder = new PacketDecoder();
 * for await (const packet of readPackets("tests/captures/dns.pcap")) {
 *   for (const record of decoder.decode(packet)) {
 *     const udp = messageOf(record, UDPSchema);
 *     if (udp) console.log(udp.SrcIP, udp.SrcPort, udp.DstIP, udp.DstPort);
 *   }
 * }
 * console.log(decoder.counts);
 * ```
 *
 * @module
 */
export { messageOf } from "../lib/base/record/message_of.ts";
export { typeName, typeNumber } from "../lib/base/record/record_types.ts";
export type { RecordOf, RecordSchema } from "../lib/base/record/schema_types.ts";
export { type Tag, type Tags, tagsOf } from "../lib/base/record/tags.ts";
export { WireWriter } from "../lib/base/record/wire_writer.ts";
export type { CapturedPacket } from "../lib/capture/captured_packet.ts";
export type { DissectCounts } from "../lib/decode/dissect.ts";
export { Outcome } from "../lib/decode/outcome.ts";
export {
  type DecodedRecord,
  type DecodingOptions,
  PacketDecoder,
} from "../lib/decode/packet_decoder.ts";
export type { NumberKind, OpenPacket, OwnDecoder, Route } from "../lib/decode/own_decoder.ts";
export type { RecordOptions } from "../lib/decode/packet.ts";
export type { FragmentCounts } from "../lib/decode/reassembly.ts";
export { writeText } from "../lib/decode/text.ts";
export type { Tagged } from "../proto/netcap_tags.ts";
