/** Internet Protocol version 4. RFC 791, section 3.1; length 0 of offloaded segments as captured. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { IPv4OptionSchema, IPv4Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { writeEntropy } from "../entropy.ts";
import { endOfOptions, writeOptions } from "./ip_options.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { findPorts } from "./ports.ts";

export const ipv4 = new Decoder({
  name: "IPv4",
  schema: IPv4Schema,
  from: {
    linkType: [LinkType.Ipv4],
    etherType: [0x0800],
    sap: [0x06],
    networkProtocol: [0xcc],
    ppp: [0x0021],
    addressFamily: [2],
    ipVersion: [4],
    ipProtocol: [4, 94],
    channelType: [0x0021],
    nshProtocol: [1],
  },
  decode,
});

const TAG = tagsOf(IPv4Schema);
const OPTION_TAG = tagsOf(IPv4OptionSchema);
const MIN_HEADER_BYTES = 20;
const ADDRESS_BYTES = 4;
const MORE_FRAGMENTS_OR_OFFSET = 0x3fff;
const OFFSET = 0x1fff;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < MIN_HEADER_BYTES) return Outcome.Truncated;
  const version = bytes[at]! >> 4;
  const headerWords = bytes[at]! & 0xf;
  const optionsAt = at + MIN_HEADER_BYTES;
  const headerEnd = at + 4 * headerWords;
  const totalLength = u16(bytes, at + 2);
  if (version !== 4 || headerEnd < optionsAt) return Outcome.Malformed;
  if (totalLength !== 0 && totalLength < headerEnd - at) return Outcome.Malformed;
  if (totalLength !== 0) p.end = Math.min(p.end, at + totalLength); // drops link-layer padding
  const payloadAt = Math.min(p.end, headerEnd); // options may be cut off
  const optionsEnd = endOfOptions(bytes, optionsAt, payloadAt);
  const fragment = u16(bytes, at + 6);
  const protocol = bytes[at + 9]!;
  const isFragment = (fragment & MORE_FRAGMENTS_OR_OFFSET) !== 0;
  const isFirst = (fragment & OFFSET) === 0;
  if (p.ipBytes === 0) {
    p.ipBytes = ADDRESS_BYTES;
    p.srcIpAt = at + 12;
    p.dstIpAt = at + 16;
    if (!isFragment || (isFirst && !p.isHeadersAlone)) findPorts(p, protocol, payloadAt);
  }
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, version);
  out.uint32(TAG.IHL, headerWords);
  out.uint32(TAG.TOS, bytes[at + 1]!);
  out.uint32(TAG.Length, totalLength !== 0 ? totalLength : p.end - at);
  out.uint32(TAG.Id, u16(bytes, at + 4));
  out.uint32(TAG.Flags, fragment >> 13);
  out.uint32(TAG.FragOffset, fragment & 0x1fff);
  out.uint32(TAG.TTL, bytes[at + 8]!);
  out.uint32(TAG.Protocol, protocol);
  out.uint32(TAG.Checksum, u16(bytes, at + 10));
  out.ipText(TAG.SrcIP, bytes, at + 12, ADDRESS_BYTES);
  out.ipText(TAG.DstIP, bytes, at + 16, ADDRESS_BYTES);
  out.bytesOf(TAG.Padding, bytes, optionsEnd, payloadAt);
  writeOptions(out, TAG.Options, OPTION_TAG, bytes, optionsAt, optionsEnd);
  if (p.options.entropy) writeEntropy(out, TAG.PayloadEntropy, bytes, payloadAt, p.end);
  out.uint32(TAG.PayloadSize, p.end - payloadAt);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.at = payloadAt;
  p.enterIp(4, at, totalLength, protocol, payloadAt);
  if (isFragment) {
    p.enterFragment(8 * (fragment & 0x1fff), (fragment & 0x2000) !== 0, u16(bytes, at + 4));
  }
  if (!isFragment) p.follow(p.routes.ipProtocol, protocol);
  return Outcome.Ok;
}
