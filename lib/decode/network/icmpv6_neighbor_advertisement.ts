/** Neighbor advertisement, behind the common ICMPv6 header. RFC 4861, section 4.4. */
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ICMPv6NeighborAdvertisementSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { checkIcmpv6Options, writeIcmpv6Options } from "./icmpv6_options.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const icmpv6NeighborAdvertisement = new Decoder({
  name: "Icmpv6NeighborAdvertisement",
  schema: ICMPv6NeighborAdvertisementSchema,
  from: { icmpv6Type: [136] },
  decode,
});

const TAG = tagsOf(ICMPv6NeighborAdvertisementSchema);
const FIXED_BYTES = 20; // flags and reserved 4, target 16
const ADDRESS_BYTES = 16;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  const optionsAt = at + FIXED_BYTES;
  if (optionsAt > p.end) return Outcome.Truncated;
  const options = checkIcmpv6Options(bytes, optionsAt, p.end, p.isCut);
  if (options !== Outcome.Ok) return options;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Flags, bytes[at]!);
  out.ipText(TAG.TargetAddress, bytes, at + 4, ADDRESS_BYTES);
  writeIcmpv6Options(out, TAG.Options, bytes, optionsAt, p.end);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  out.bool(TAG.Truncated, p.isCut);
  p.at = p.end;
  return Outcome.Ok;
}
