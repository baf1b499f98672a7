/**
 * IPv6 in UDP through NAT. RFC 4380, section 5.1.1. In front of the packet may be
 *
 * - authentication: 1 (2 bytes), length of the client's name 1, of the value 1, both, nonce 8,
 *   confirmation 1;
 * - the origin: 0 (2 bytes), port 2, address 4.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const teredo = new Decoder({ name: "Teredo", from: { udpPort: [3544] }, decode });

const AUTHENTICATION = 1;
const AUTHENTICATION_BYTES = 13;
const ORIGIN = 0;
const ORIGIN_BYTES = 8;
const IPV6 = 6;

function decode(p: Packet): Outcome {
  const { bytes, end } = p;
  let { at } = p;
  if (end - at >= AUTHENTICATION_BYTES && u16(bytes, at) === AUTHENTICATION) {
    at += AUTHENTICATION_BYTES + bytes[at + 2]! + bytes[at + 3]!;
  }
  if (end - at >= ORIGIN_BYTES && u16(bytes, at) === ORIGIN) at += ORIGIN_BYTES;
  if (at >= end) return Outcome.Truncated;
  if (bytes[at]! >> 4 !== IPV6) return Outcome.Malformed;
  p.at = at;
  p.enterTunnel(Tunnel.Teredo);
  p.follow(p.routes.ipVersion, IPV6);
  return Outcome.Ok;
}
