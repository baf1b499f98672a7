/**
 * Internet Control Message Protocol. RFC 792. Every message has the form of an echo here: `Id` and
 * `Seq` are bytes 4 to 7, whatever the type has there. A datagram quoted by an error is not decoded.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ICMPv4Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const icmpv4 = new Decoder({
  name: "Icmpv4",
  schema: ICMPv4Schema,
  from: { ipProtocol: [1] },
  decode,
});

const TAG = tagsOf(ICMPv4Schema);
const HEADER_BYTES = 8;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.TypeCode, u16(bytes, at));
  out.uint32(TAG.Checksum, u16(bytes, at + 2));
  out.uint32(TAG.Id, u16(bytes, at + 4));
  out.uint32(TAG.Seq, u16(bytes, at + 6));
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = at + HEADER_BYTES;
  return Outcome.Ok;
}
