/**
 * Generic UDP Encapsulation, where users say so: version 2 bits, control 1, length of what is behind
 * the first 4 bytes in 4 bytes 5, IP protocol 8, flags 16. draft-ietf-intarea-gue-09, section 3. Version
 * 1 is the packet itself, whose first four bits are 4 or 6: so Linux's Foo over UDP with IP is that, too.
 */
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const gue = new Decoder({ name: "Gue", from: { udpPort: [] }, decode });

const HEADER_BYTES = 4;
const IS_CONTROL = 0x20;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const version = bytes[at]! >> 6;
  if (version === 1) {
    p.enterTunnel(Tunnel.Gue);
    p.follow(p.routes.ipVersion, bytes[at]! >> 4);
    return Outcome.Ok;
  }
  if (version !== 0 || (bytes[at]! & IS_CONTROL) !== 0) return Outcome.Unsupported;
  const headerEnd = at + HEADER_BYTES + 4 * (bytes[at]! & 0x1f);
  if (headerEnd > p.end) return Outcome.Truncated;
  p.at = headerEnd;
  p.enterTunnel(Tunnel.Gue);
  p.follow(p.routes.ipProtocol, bytes[at + 1]!);
  return Outcome.Ok;
}
