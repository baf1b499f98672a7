/**
 * Frames within frames of a backbone, whose own headers have no record:
 *
 * - Provider Backbone Bridging, the I-TAG: priority, flags and service, 4 bytes. IEEE 802.1Q-2018, 9.7.
 * - Cisco FabricPath: forwarding tag and time to live, 2 bytes. Cisco publishes no standard.
 * - TRILL: version 2 bits, reserved 2, multi-destination 1, length of the options in 4 bytes 5, hops
 *   6; egress and ingress 2 bytes each; options. RFC 6325, section 3.
 */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { ethernet } from "./ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const providerBackbone = new Decoder({
  name: "ProviderBackbone",
  from: { etherType: [0x88e7] },
  decode: decodeBackbone,
});
export const fabricPath = new Decoder({
  name: "FabricPath",
  from: { etherType: [0x8903] },
  decode: (p) => passTo(p, p.at + 2),
});
export const trill = new Decoder({
  name: "Trill",
  from: { etherType: [0x22f3] },
  decode: decodeTrill,
});

const BACKBONE_BYTES = 4;
const TRILL_BYTES = 6;

function decodeBackbone(p: Packet): Outcome {
  const { at } = p;
  const outcome = passTo(p, at + BACKBONE_BYTES);
  if (outcome === Outcome.Ok) p.enterTunnel(Tunnel.BackboneService, u24(p.bytes, at + 1));
  return outcome;
}

function decodeTrill(p: Packet): Outcome {
  if (p.end - p.at < TRILL_BYTES) return Outcome.Truncated;
  const bits = u16(p.bytes, p.at);
  if (bits >> 14 !== 0) return Outcome.Unsupported; // there is version 0 only
  return passTo(p, p.at + TRILL_BYTES + 4 * ((bits >> 6) & 0x1f));
}

function passTo(p: Packet, frameAt: number): Outcome {
  if (frameAt > p.end) return Outcome.Truncated;
  p.at = frameAt;
  p.next = ethernet;
  return Outcome.Ok;
}
