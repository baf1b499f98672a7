/**
 * IP between sites of the Locator/ID Separation Protocol: flags 1, nonce or versions 3, instance and
 * locator bits 4. RFC 9300, section 5.3.
 */
import { Decoder } from "../decoder.ts";
import { rawIp } from "../link/raw_ip.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const lispData = new Decoder({ name: "LispData", from: { udpPort: [4341] }, decode });

const HEADER_BYTES = 8;

function decode(p: Packet): Outcome {
  if (p.end - p.at < HEADER_BYTES) return Outcome.Truncated;
  p.at += HEADER_BYTES;
  p.next = rawIp;
  return Outcome.Ok;
}
