/** LINKTYPE_RAW: an IP packet without a link layer, its version in the first four bits. */
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const rawIp = new Decoder({
  name: "RawIp",
  from: { linkType: [LinkType.RawBsd, LinkType.RawOpenBsd, LinkType.Raw] },
  decode,
});

function decode(p: Packet): Outcome {
  if (p.end === p.at) return Outcome.Truncated;
  p.next = p.routes.ipVersion.of(p.bytes[p.at]! >> 4);
  return p.next === undefined ? Outcome.Malformed : Outcome.Ok;
}
