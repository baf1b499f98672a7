/**
 * B.A.T.M.A.N. Advanced, a mesh of wireless routers, versions 14 and 15: type 1, version 1, time to
 * live 1, then what the type says. Frames of others are behind headers of fixed length. As in
 * Linux's `uapi/linux/batadv_packet.h`.
 */
import { Decoder } from "../decoder.ts";
import { ethernet } from "./ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const batman = new Decoder({ name: "Batman", from: { etherType: [0x4305] }, decode });

const MIN_BYTES = 2;
const UNICAST_BYTES = 10;
const UNICAST_4_ADDRESSES_BYTES = 18;
const BROADCAST_BYTES = 14;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < MIN_BYTES) return Outcome.Truncated;
  const headerBytes = lengthOf(bytes[at]!, bytes[at + 1]!);
  if (headerBytes === 0) return Outcome.Unsupported;
  if (p.end - at < headerBytes) return Outcome.Truncated;
  p.at = at + headerBytes;
  p.next = ethernet;
  return Outcome.Ok;
}

/** Length of the header in front of a frame; 0 when there is none. */
function lengthOf(type: number, version: number): number {
  switch (version << 8 | type) {
    case 14 << 8 | 0x03:
    case 15 << 8 | 0x40:
      return UNICAST_BYTES;
    case 14 << 8 | 0x09:
    case 15 << 8 | 0x42:
      return UNICAST_4_ADDRESSES_BYTES;
    case 14 << 8 | 0x04:
    case 15 << 8 | 0x01:
      return BROADCAST_BYTES;
    default:
      return 0;
  }
}
