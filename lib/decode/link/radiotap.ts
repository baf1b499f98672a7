/**
 * LINKTYPE_IEEE802_11_RADIOTAP: what the radio says, in front of an 802.11 frame. radiotap.org. All
 * numbers are little-endian:
 *
 *     version 1, padding 1, header length 2, present 4 (again while bit 31 is set), fields
 *
 * Fields stand in the order of their bits in `present`, each at a multiple of its size.
 */
import { u16le } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { dot11 } from "./dot11.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const radiotap = new Decoder({
  name: "Radiotap",
  from: { linkType: [LinkType.Radiotap], hardwareType: [803] },
  decode,
});

const HEADER_BYTES = 8;
const PRESENT_AT = 4;
const HAS_TSFT = 1;
const HAS_FLAGS = 2;
const TSFT_BYTES = 8;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const headerEnd = at + u16le(bytes, at + 2);
  if (bytes[at] !== 0 || headerEnd < at + HEADER_BYTES) return Outcome.Malformed;
  if (headerEnd > p.end) return Outcome.Truncated;
  const flagsAt = placeOfFlags(bytes, at, headerEnd);
  if (flagsAt >= headerEnd) return Outcome.Malformed;
  p.radioFlags = flagsAt < 0 ? 0 : bytes[flagsAt]!;
  p.at = headerEnd;
  p.next = dot11;
  return Outcome.Ok;
}

/** Where the field Flags is; -1 when there is none, and `end` or more when it would be outside. */
function placeOfFlags(bytes: Uint8Array, at: number, end: number): number {
  const present = bytes[at + PRESENT_AT]!;
  if ((present & HAS_FLAGS) === 0) return -1;
  let offset = PRESENT_AT + 4;
  while ((bytes[at + offset - 1]! & 0x80) !== 0) { // another word of `present` follows
    offset += 4;
    if (at + offset > end) return end;
  }
  if ((present & HAS_TSFT) === 0) return at + offset;
  return at + Math.ceil(offset / TSFT_BYTES) * TSFT_BYTES + TSFT_BYTES;
}
