/** Echo request and reply, behind the common ICMPv6 header. RFC 4443, sections 4.1 and 4.2. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ICMPv6EchoSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const icmpv6Echo = new Decoder({
  name: "Icmpv6Echo",
  schema: ICMPv6EchoSchema,
  from: { icmpv6Type: [128, 129] },
  decode,
});

const TAG = tagsOf(ICMPv6EchoSchema);
const BODY_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  if (p.end - at < BODY_BYTES) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Identifier, u16(bytes, at));
  out.uint32(TAG.SeqNumber, u16(bytes, at + 2));
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.at = at + BODY_BYTES;
  return Outcome.Ok;
}
