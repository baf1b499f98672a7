/**
 * Frames of stations on their way between access point and controller. RFC 5415, sections 4.1 to 4.3:
 *
 *     version 4 bits, type 4 (0, or 1: encrypted); header length in 4 bytes 5, radio 5, kind of wireless
 *     5, flags T, F, L, W, M, K 1 each, reserved 3; fragment 2, offset 2; more, as the flags say
 *
 * With T it is a frame of that kind of wireless (1: 802.11), else of Ethernet. Cisco's access points
 * exchange the bytes of 802.11's frame control and of its sequence control.
 */
import { u24 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { dot11 } from "../link/dot11.ts";
import { ethernet } from "../link/ethernet.ts";
import { RadioFlag } from "../link/radio_flags.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const capwapData = new Decoder({ name: "CapwapData", from: { udpPort: [5247] }, decode });

const PREAMBLE_CLEAR = 0;
const PREAMBLE_ENCRYPTED = 1;
const MIN_BYTES = 8;
const IS_WIRELESS = 0x100;
const IS_FRAGMENT = 0x080;
const IS_KEEPALIVE = 0x008;
const DOT11 = 1;
const DOT11_VERSION = 0x03;

function decode(p: Packet): Outcome {
  const { bytes, at, end } = p;
  if (end === at) return Outcome.Truncated;
  const preamble = bytes[at]!;
  if (preamble === PREAMBLE_ENCRYPTED) {
    p.at = end;
    return Outcome.Ok;
  }
  if (preamble !== PREAMBLE_CLEAR) return Outcome.Unsupported;
  if (end - at < MIN_BYTES) return Outcome.Truncated;
  const bits = u24(bytes, at + 1);
  const headerEnd = at + 4 * (bits >> 19);
  if (headerEnd < at + MIN_BYTES) return Outcome.Malformed;
  if (headerEnd > end) return Outcome.Truncated;
  if ((bits & IS_FRAGMENT) !== 0) return Outcome.Incomplete;
  if ((bits & IS_KEEPALIVE) !== 0) {
    p.at = end;
    return Outcome.Ok;
  }
  const isWireless = (bits & IS_WIRELESS) !== 0;
  if (isWireless && ((bits >> 9) & 0x1f) !== DOT11) return Outcome.Unsupported;
  p.at = headerEnd;
  p.enterTunnel(Tunnel.Capwap, (bits >> 14) & 0x1f);
  p.next = isWireless ? dot11 : ethernet;
  if (isWireless) p.radioFlags = isExchanged(p, headerEnd) ? RadioFlag.IsExchanged : 0;
  return Outcome.Ok;
}

/** Whether the byte of type and version, which is 0, comes second; with no flags, the first byte is 0. */
function isExchanged({ bytes, end }: Packet, at: number): boolean {
  if (end - at < 2) return false;
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  return (second & DOT11_VERSION) === 0 &&
    ((first & DOT11_VERSION) !== 0 || (first === 0 && second !== 0));
}
