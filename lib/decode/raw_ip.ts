/** LINKTYPE_RAW: an IP packet without a link layer, its version in the first four bits. */
import type { Decoder } from "./decoder.ts";
import { Layer } from "./layer.ts";
import { layerOfIpVersion } from "./next_layer.ts";
import { Outcome } from "./outcome.ts";
import type { Packet } from "./packet.ts";

export const rawIp: Decoder = { layer: Layer.RawIp, decode };

function decode(p: Packet): Outcome {
  if (p.end === p.at) return Outcome.Truncated;
  p.next = layerOfIpVersion(p.bytes[p.at]!);
  return p.next === Layer.None ? Outcome.Malformed : Outcome.Ok;
}
