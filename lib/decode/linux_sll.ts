/**
 * LINKTYPE_LINUX_SLL, the "cooked" header of captures on several interfaces: packet type, ARPHRD
 * type, address length (2 bytes each), address (8), protocol (2).
 */
import { u16 } from "../base/bytes.ts";
import type { Decoder } from "./decoder.ts";
import { Layer } from "./layer.ts";
import { layerOfCookedProtocol } from "./next_layer.ts";
import { Outcome } from "./outcome.ts";
import type { Packet } from "./packet.ts";

export const linuxSll: Decoder = { layer: Layer.LinuxSll, decode };

const HEADER_BYTES = 16;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  p.next = layerOfCookedProtocol(u16(p.bytes, p.at + 2), u16(p.bytes, p.at + 14));
  p.at += HEADER_BYTES;
  return Outcome.Ok;
}
