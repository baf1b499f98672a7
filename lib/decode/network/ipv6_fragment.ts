/**
 * The fragment header of IPv6. RFC 8200, section 4.5. What follows is decoded only when it is the
 * whole packet, an "atomic fragment" (RFC 6946).
 */
import { bits32, u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { IPv6FragmentSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ipv6Fragment = new Decoder({
  name: "IPv6Fragment",
  schema: IPv6FragmentSchema,
  from: { ipProtocol: [44] },
  decode,
});

const TAG = tagsOf(IPv6FragmentSchema);
const HEADER_BYTES = 8;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const nextHeader = bytes[at]!;
  const offsetAndFlags = u16(bytes, at + 2);
  const offset = offsetAndFlags >> 3; // in units of 8 bytes
  const moreFragments = (offsetAndFlags & 1) !== 0;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.NextHeader, nextHeader);
  out.uint32(TAG.Reserved1, bytes[at + 1]!);
  out.uint32(TAG.FragmentOffset, offset);
  out.uint32(TAG.Reserved2, (offsetAndFlags >> 1) & 3);
  out.bool(TAG.MoreFragments, moreFragments);
  out.uint32Of(TAG.Identification, bytes, at + 4);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = at + HEADER_BYTES;
  p.enterTransport(nextHeader, p.at);
  if (offset !== 0 || moreFragments) {
    p.enterFragment(8 * offset, moreFragments, bits32(bytes, at + 4));
  }
  if (offset === 0 && !moreFragments) p.follow(p.routes.ipProtocol, nextHeader);
  return Outcome.Ok;
}
