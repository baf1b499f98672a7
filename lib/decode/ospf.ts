/** Open Shortest Path First: the first byte is the version, which has a layer of its own. */
import type { Decoder } from "./decoder.ts";
import { Layer } from "./layer.ts";
import { Outcome } from "./outcome.ts";
import type { Packet } from "./packet.ts";

export const ospf: Decoder = { layer: Layer.Ospf, decode };

function decode(p: Packet): Outcome {
  if (p.end === p.at) return Outcome.Truncated;
  const version = p.bytes[p.at];
  p.next = version === 2 ? Layer.Ospfv2 : version === 3 ? Layer.Ospfv3 : Layer.None;
  return p.next === Layer.None ? Outcome.Unsupported : Outcome.Ok;
}
