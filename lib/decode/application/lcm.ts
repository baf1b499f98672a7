/**
 * Lightweight Communications and Marshalling: messages of a channel in UDP datagrams, or parts of
 * one. LCM UDP Multicast Protocol Description, sections "Small messages" and "Fragmented messages".
 * Bytes:
 *
 *     "LC02" 4, sequence number 4, channel with a 0 behind it, payload
 *     "LC03" 4, sequence number 4, payload size 4, fragment offset 4, fragment 2, fragments 2,
 *         channel with a 0 behind it in fragment 0, a part of the payload
 */
import { u16, u32 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LCMSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const lcm = new Decoder({
  name: "Lcm",
  schema: LCMSchema,
  from: { udpPort: [7667] },
  decode,
});

const TAG = tagsOf(LCMSchema);
const SMALL = 0x4c433032;
const FRAGMENTED = 0x4c433033;
const SMALL_HEADER_BYTES = 8;
const FRAGMENTED_HEADER_BYTES = 20;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < 4) return Outcome.Truncated;
  const magic = u32(bytes, at);
  if (magic !== SMALL && magic !== FRAGMENTED) return Outcome.Unsupported;
  const isFragmented = magic === FRAGMENTED;
  const channelAt = at + (isFragmented ? FRAGMENTED_HEADER_BYTES : SMALL_HEADER_BYTES);
  if (channelAt > end) return Outcome.Truncated;
  const hasChannel = !isFragmented || u16(bytes, at + 16) === 0;
  const channelEnd = hasChannel ? indexOfNul(bytes, channelAt, end) : channelAt;
  if (channelEnd < 0) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Magic, magic);
  out.int32Of(TAG.SequenceNumber, bytes, at + 4);
  if (isFragmented) {
    out.int32Of(TAG.PayloadSize, bytes, at + 8);
    out.int32Of(TAG.FragmentOffset, bytes, at + 12);
    out.uint32(TAG.FragmentNumber, u16(bytes, at + 16));
    out.uint32(TAG.TotalFragments, u16(bytes, at + 18));
  }
  out.bytesOf(TAG.ChannelName, bytes, channelAt, channelEnd);
  out.bool(TAG.Fragmented, isFragmented);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.at = end;
  return Outcome.Ok;
}

/** Where the first 0 of `bytes[at, end)` is; -1 when there is none. */
function indexOfNul(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] !== 0) at++;
  return at < end ? at : -1;
}
