/**
 * LINKTYPE_NULL and LINKTYPE_LOOP: the BSD loopback header, 4 bytes with the address family in the
 * byte order of the machine that captured (NULL) or of the network (LOOP).
 */
import { u32, u32le } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const loopback = new Decoder({
  name: "Loopback",
  from: { linkType: [LinkType.Null, LinkType.Loop] },
  decode,
});

const HEADER_BYTES = 4;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  // A family is a small number, so that only one of the byte orders can give it.
  const family = Math.min(u32(p.bytes, p.at), u32le(p.bytes, p.at));
  p.at += HEADER_BYTES;
  p.follow(p.routes.addressFamily, family);
  return Outcome.Ok;
}
