/**
 * IP between sites of the Locator/ID Separation Protocol: flags 1, nonce or versions 3, instance and
 * locator bits 4. RFC 9300, section 5.3.
 */
import { u24 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { rawIp } from "../link/raw_ip.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const lispData = new Decoder({ name: "LispData", from: { udpPort: [4341] }, decode });

const HEADER_BYTES = 8;
const HAS_INSTANCE = 0x08;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  p.enterTunnel(Tunnel.Lisp, (bytes[at]! & HAS_INSTANCE) !== 0 ? u24(bytes, at + 4) : 0);
  p.at += HEADER_BYTES;
  p.next = rawIp;
  return Outcome.Ok;
}
