/**
 * The time that Arista's switches put in front of the EtherType of a mirrored frame: subtype 2 (1),
 * version 2, seconds 4 or 2 as the version says, nanoseconds 4, type of what follows 2. Arista
 * publishes no standard; layout as in Wireshark's dissector.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { followTypeOrLength } from "./ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const aristaTimestamp = new Decoder({
  name: "AristaTimestamp",
  from: { etherType: [0xd28b] },
  decode,
});

const HEADER_BYTES = 4;
const TYPE_BYTES = 2;
const TIMESTAMP = 1;
const LONG = 1;
const SHORT = 2;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const form = bytes[at + 3]! >> 4;
  if (u16(bytes, at) !== TIMESTAMP || (form !== LONG && form !== SHORT)) return Outcome.Unsupported;
  const typeAt = at + HEADER_BYTES + (form === LONG ? 8 : 6);
  if (typeAt + TYPE_BYTES > p.end) return Outcome.Truncated;
  p.at = typeAt + TYPE_BYTES;
  followTypeOrLength(p, u16(bytes, typeAt));
  return Outcome.Ok;
}
