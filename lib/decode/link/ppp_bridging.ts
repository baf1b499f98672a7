/**
 * Frames of a LAN over PPP: has a checksum 1 bit, has a segment 1, is compressed 1, is control 1,
 * padding 4; kind of LAN 1; segment 4 bytes if there is one; the frame; padding; checksum 4 if there
 * is one. RFC 3518, section 4.
 */
import { Decoder } from "../decoder.ts";
import { ethernet } from "./ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const pppBridging = new Decoder({ name: "PppBridging", from: { ppp: [0x0031] }, decode });

const HEADER_BYTES = 2;
const SEGMENT_BYTES = 4;
const CHECKSUM_BYTES = 4;
const HAS_CHECKSUM = 0x80;
const HAS_SEGMENT = 0x40;
const IS_COMPRESSED = 0x20;
const ETHERNET = 1;

function decode(p: Packet): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Truncated;
  const flags = bytes[at]!;
  if (bytes[at + 1] !== ETHERNET || (flags & IS_COMPRESSED) !== 0) return Outcome.Unsupported;
  const frameAt = at + HEADER_BYTES + ((flags & HAS_SEGMENT) !== 0 ? SEGMENT_BYTES : 0);
  const trailerBytes = (flags & 0xf) + ((flags & HAS_CHECKSUM) !== 0 ? CHECKSUM_BYTES : 0);
  const frameEnd = p.isCut ? end : end - trailerBytes;
  if (frameAt > frameEnd) return Outcome.Truncated;
  p.at = frameAt;
  p.end = frameEnd;
  p.next = ethernet;
  return Outcome.Ok;
}
