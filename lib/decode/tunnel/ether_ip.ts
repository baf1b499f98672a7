/** Ethernet within IP: version (4 bits) and reserved (12), then a frame. RFC 3378, section 3. */
import { Decoder } from "../decoder.ts";
import { ethernet } from "../link/ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const etherIp = new Decoder({ name: "EtherIp", from: { ipProtocol: [97] }, decode });

const HEADER_BYTES = 2;
const VERSION = 3;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  if (p.bytes[p.at]! >> 4 !== VERSION) return Outcome.Unsupported;
  p.at += HEADER_BYTES;
  p.enterTunnel(Tunnel.EtherIp);
  p.next = ethernet;
  return Outcome.Ok;
}
