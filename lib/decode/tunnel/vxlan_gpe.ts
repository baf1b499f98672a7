/**
 * The generic extension of VXLAN: flags 1, reserved 2, next protocol 1, network 3, reserved 1.
 * draft-ietf-nvo3-vxlan-gpe-12, sections 3.1 and 3.2; the numbers of protocols are those of NSH.
 */
import { u24 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { ethernet } from "../link/ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const vxlanGpe = new Decoder({ name: "VxlanGpe", from: { udpPort: [4790] }, decode });

const HEADER_BYTES = 8;
const VERSION = 0x30;
const HAS_PROTOCOL = 0x04;
/** About the tunnel, without a packet of its users. */
const IS_MAINTENANCE = 0x01;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const flags = bytes[at]!;
  if ((flags & (VERSION | IS_MAINTENANCE)) !== 0) return Outcome.Unsupported;
  p.at = at + HEADER_BYTES;
  p.enterTunnel(Tunnel.VxlanGpe, u24(bytes, at + 4));
  if ((flags & HAS_PROTOCOL) === 0) p.next = ethernet;
  else p.follow(p.routes.nshProtocol, bytes[at + 3]!);
  return Outcome.Ok;
}
