/** Internet Protocol version 6. RFC 8200, section 3; jumbograms: RFC 2675, section 2. */
import { u16, u24, u32 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { IPv6Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { writeEntropy } from "../entropy.ts";
import { ipv6HopByHop } from "./ipv6_hop_by_hop.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { findPorts } from "./ports.ts";

export const ipv6 = new Decoder({
  name: "IPv6",
  schema: IPv6Schema,
  from: {
    linkType: [LinkType.Ipv6],
    etherType: [0x86dd],
    ppp: [0x0057],
    networkProtocol: [0x8e],
    addressFamily: [10, 24, 26, 28, 30], // Linux, NetBSD and OpenBSD, Solaris, FreeBSD, macOS
    ipVersion: [6],
    ipProtocol: [41],
    channelType: [0x0057],
    nshProtocol: [2],
  },
  decode,
});

const TAG = tagsOf(IPv6Schema);
const HEADER_BYTES = 40;
const ADDRESS_BYTES = 16;
const HOP_BY_HOP = 0;
const NO_NEXT_HEADER = 59;
const JUMBO_PAYLOAD = 0xc2;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const version = bytes[at]! >> 4;
  if (version !== 6) return Outcome.Malformed;
  const length = u16(bytes, at + 4);
  const nextHeader = bytes[at + 6]!;
  const headerEnd = at + HEADER_BYTES;
  const hasHopByHop = nextHeader === HOP_BY_HOP && p.end - headerEnd >= 8;
  const jumboBytes = length === 0 && hasHopByHop ? jumboLength(bytes, headerEnd, p.end) : 0;
  const hasLength = length !== 0 || nextHeader === NO_NEXT_HEADER || jumboBytes !== 0;
  // Without a length the packet is a jumbogram or an offloaded segment: all that was captured.
  const payloadLength = hasLength ? length + jumboBytes : p.end - headerEnd;
  p.end = Math.min(p.end, headerEnd + payloadLength); // drops link-layer padding
  const payloadAt = hasHopByHop
    ? Math.min(p.end, headerEnd + 8 * (bytes[headerEnd + 1]! + 1))
    : headerEnd;
  if (p.ipBytes === 0) {
    p.ipBytes = ADDRESS_BYTES;
    p.srcIpAt = at + 8;
    p.dstIpAt = at + 24;
    findPorts(p, nextHeader, headerEnd);
  }
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, version);
  out.uint32(TAG.TrafficClass, (u16(bytes, at) >> 4) & 0xff);
  out.uint32(TAG.FlowLabel, u24(bytes, at + 1) & 0xfffff);
  out.uint32(TAG.Length, length);
  out.uint32(TAG.NextHeader, nextHeader);
  out.uint32(TAG.HopLimit, bytes[at + 7]!);
  out.ipText(TAG.SrcIP, bytes, at + 8, ADDRESS_BYTES);
  out.ipText(TAG.DstIP, bytes, at + 24, ADDRESS_BYTES);
  if (p.options.entropy) writeEntropy(out, TAG.PayloadEntropy, bytes, payloadAt, p.end);
  out.uint32(TAG.PayloadSize, p.end - payloadAt);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.at = headerEnd;
  p.enterIp(6, at, hasLength ? HEADER_BYTES + payloadLength : 0, nextHeader, headerEnd);
  if (nextHeader === HOP_BY_HOP) p.next = ipv6HopByHop;
  else p.follow(p.routes.ipProtocol, nextHeader);
  return Outcome.Ok;
}

/** The payload length of a jumbogram by its hop-by-hop option; 0 without that option. */
function jumboLength(bytes: Uint8Array, at: number, packetEnd: number): number {
  const end = Math.min(packetEnd, at + 8 * (bytes[at + 1]! + 1));
  for (let optionAt = at + 2; optionAt + 2 <= end;) {
    const type = bytes[optionAt]!;
    if (type === JUMBO_PAYLOAD && optionAt + 6 <= end) return u32(bytes, optionAt + 2);
    optionAt += type === 0 ? 1 : 2 + bytes[optionAt + 1]!;
  }
  return 0;
}
