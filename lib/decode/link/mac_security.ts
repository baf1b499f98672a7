/**
 * MACsec: control information and association 1, short length 1, packet number 4, secure channel 8 if
 * the control says so; then what is protected, and a checksum of 16 bytes. What is not encrypted
 * begins with the type of what follows. IEEE 802.1AE-2018, 9.3 to 9.9.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { followTypeOrLength } from "./ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const macSecurity = new Decoder({
  name: "MacSecurity",
  from: { etherType: [0x88e5] },
  decode,
});

const HEADER_BYTES = 6;
const CHANNEL_BYTES = 8;
const TYPE_BYTES = 2;
const CHECKSUM_BYTES = 16;
const VERSION = 0x80;
const HAS_CHANNEL = 0x20;
/** Encrypted, or changed in another way. */
const IS_CHANGED = 0x0c;
const SHORT_LENGTH = 0x3f;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const control = bytes[at]!;
  if ((control & VERSION) !== 0) return Outcome.Unsupported;
  const dataAt = at + HEADER_BYTES + ((control & HAS_CHANNEL) !== 0 ? CHANNEL_BYTES : 0);
  if (dataAt > p.end) return Outcome.Truncated;
  if ((control & IS_CHANGED) !== 0) {
    p.at = p.end;
    return Outcome.Ok;
  }
  const shortLength = bytes[at + 1]! & SHORT_LENGTH;
  const dataEnd = shortLength > 0
    ? Math.min(p.end, dataAt + shortLength)
    : p.isCut
    ? p.end
    : p.end - CHECKSUM_BYTES;
  if (dataAt + TYPE_BYTES > dataEnd) return Outcome.Truncated;
  p.at = dataAt + TYPE_BYTES;
  p.end = dataEnd;
  followTypeOrLength(p, u16(bytes, dataAt));
  return Outcome.Ok;
}
