/** Ethernet within IP: version (4 bits) and reserved (12), then a frame. RFC 3378, section 3. */
import type { Decoder } from "./decoder.ts";
import { Layer } from "./layer.ts";
import { Outcome } from "./outcome.ts";
import type { Packet } from "./packet.ts";

export const etherIp: Decoder = { layer: Layer.EtherIp, decode };

const HEADER_BYTES = 2;
const VERSION = 3;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  if (p.bytes[p.at]! >> 4 !== VERSION) return Outcome.Unsupported;
  p.at += HEADER_BYTES;
  p.next = Layer.Ethernet;
  return Outcome.Ok;
}
