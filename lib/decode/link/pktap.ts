/**
 * LINKTYPE_PKTAP: what macOS says of a packet and of the program behind it, in front of a frame of
 * another link type. Numbers are little-endian: header length 4, what follows 4 (1: a packet), link
 * type 4, and more. Older files have it as USER2.
 */
import { u32le } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const pktap = new Decoder({
  name: "Pktap",
  from: { linkType: [LinkType.Pktap, LinkType.PktapUser2] },
  decode,
});

const MIN_BYTES = 12;
const PACKET = 1;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < MIN_BYTES) return Outcome.Truncated;
  const headerBytes = u32le(bytes, at);
  if (headerBytes < MIN_BYTES) return Outcome.Malformed;
  if (headerBytes > p.end - at) return Outcome.Truncated;
  if (u32le(bytes, at + 4) !== PACKET) return Outcome.Unsupported;
  p.at = at + headerBytes;
  p.follow(p.routes.linkType, u32le(bytes, at + 8));
  return Outcome.Ok;
}
