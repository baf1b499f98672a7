/** Router advertisement, behind the common ICMPv6 header. RFC 4861, section 4.2. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ICMPv6RouterAdvertisementSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { checkIcmpv6Options, writeIcmpv6Options } from "./icmpv6_options.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const icmpv6RouterAdvertisement = new Decoder({
  name: "Icmpv6RouterAdvertisement",
  schema: ICMPv6RouterAdvertisementSchema,
  from: { icmpv6Type: [134] },
  decode,
});

const TAG = tagsOf(ICMPv6RouterAdvertisementSchema);
const FIXED_BYTES = 12;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  const optionsAt = at + FIXED_BYTES;
  if (optionsAt > p.end) return Outcome.Truncated;
  const options = checkIcmpv6Options(bytes, optionsAt, p.end, p.isCut);
  if (options !== Outcome.Ok) return options;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.HopLimit, bytes[at]!);
  out.uint32(TAG.Flags, bytes[at + 1]!);
  out.uint32(TAG.RouterLifetime, u16(bytes, at + 2));
  out.uint32Of(TAG.ReachableTime, bytes, at + 4);
  out.uint32Of(TAG.RetransTimer, bytes, at + 8);
  writeIcmpv6Options(out, TAG.Options, bytes, optionsAt, p.end);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  out.bool(TAG.Truncated, p.isCut);
  p.at = p.end;
  return Outcome.Ok;
}
