/**
 * Multicast packets that a router hands to the rendezvous point, in PIM: version 4 bits, type 4, reserved
 * 1, checksum 2; flags 4; an IP packet. RFC 7761, sections 4.9 and 4.9.3.
 */
import { Decoder } from "../decoder.ts";
import { rawIp } from "../link/raw_ip.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const pimRegister = new Decoder({
  name: "PimRegister",
  from: { ipProtocol: [103] },
  decode,
});

const HEADER_BYTES = 8;
const VERSION_2_REGISTER = 0x21;

function decode(p: Packet): Outcome {
  if (p.end === p.at) return Outcome.Truncated;
  if (p.bytes[p.at] !== VERSION_2_REGISTER) return Outcome.Unsupported;
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  p.at += HEADER_BYTES;
  p.enterTunnel(Tunnel.PimRegister);
  p.next = rawIp;
  return Outcome.Ok;
}
