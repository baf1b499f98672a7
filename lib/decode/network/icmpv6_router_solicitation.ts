/** Router solicitation, behind the common ICMPv6 header. RFC 4861, section 4.1. */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ICMPv6RouterSolicitationSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { checkIcmpv6Options, writeIcmpv6Options } from "./icmpv6_options.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const icmpv6RouterSolicitation = new Decoder({
  name: "Icmpv6RouterSolicitation",
  schema: ICMPv6RouterSolicitationSchema,
  from: { icmpv6Type: [133] },
  decode,
});

const TAG = tagsOf(ICMPv6RouterSolicitationSchema);
const RESERVED_BYTES = 4;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes } = p;
  const optionsAt = p.at + RESERVED_BYTES;
  if (optionsAt > p.end) return Outcome.Truncated;
  const options = checkIcmpv6Options(bytes, optionsAt, p.end, p.isCut);
  if (options !== Outcome.Ok) return options;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  writeIcmpv6Options(out, TAG.Options, bytes, optionsAt, p.end);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  out.bool(TAG.Truncated, p.isCut);
  p.at = p.end;
  return Outcome.Ok;
}
