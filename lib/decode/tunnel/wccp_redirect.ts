/**
 * Packets that a router hands to a cache within GRE: IPv4, behind a header of 4 bytes (flags, group,
 * buckets) in version 2 of the protocol. draft-mclaggan-wccp-v2rev1-00, section 4.12.
 */
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const wccpRedirect = new Decoder({
  name: "WccpRedirect",
  from: { etherType: [0x883e] },
  decode,
});

const HEADER_BYTES = 4;
const IPV4 = 4;

function decode(p: Packet): Outcome {
  if (p.end === p.at) return Outcome.Truncated;
  const isVersion1 = p.bytes[p.at]! >> 4 === IPV4;
  const packetAt = p.at + (isVersion1 ? 0 : HEADER_BYTES);
  if (packetAt > p.end) return Outcome.Truncated;
  p.at = packetAt;
  p.follow(p.routes.ipVersion, IPV4);
  return Outcome.Ok;
}
