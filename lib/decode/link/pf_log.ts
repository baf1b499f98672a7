/**
 * LINKTYPE_PFLOG: what OpenBSD's packet filter says of an IP packet, in front of it. The header's
 * length without padding 1, address family 1, and more; padded to a multiple of four bytes.
 */
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const pfLog = new Decoder({ name: "PfLog", from: { linkType: [LinkType.PfLog] }, decode });

const MIN_BYTES = 4;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < MIN_BYTES) return Outcome.Truncated;
  const length = bytes[at]!;
  if (length < MIN_BYTES) return Outcome.Malformed;
  const headerEnd = at + ((length + 3) & ~3);
  if (headerEnd > p.end) return Outcome.Truncated;
  p.at = headerEnd;
  p.follow(p.routes.addressFamily, bytes[at + 1]!);
  return Outcome.Ok;
}
