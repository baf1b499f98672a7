/** Internet Control Message Protocol for IPv6: what every message begins with. RFC 4443, section 2.1. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ICMPv6Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const icmpv6 = new Decoder({
  name: "Icmpv6",
  schema: ICMPv6Schema,
  from: { ipProtocol: [58] },
  decode,
});

const TAG = tagsOf(ICMPv6Schema);
const HEADER_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.TypeCode, u16(bytes, at));
  out.uint32(TAG.Checksum, u16(bytes, at + 2));
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = at + HEADER_BYTES;
  p.next = p.routes.icmpv6Type.of(bytes[at]!);
  return Outcome.Ok;
}
