/**
 * Layer Two Tunneling Protocol. Version 2, RFC 2661, section 3.1: flags and version 2, as the flags say
 * length 2, tunnel 2, session 2, sequence numbers 4, size of padding 2 and padding; then PPP. Version
 * 3, RFC 3931, sections 4.1 and 4.6: in UDP flags and version 2 and reserved 2; session 4; then what
 * the ends have agreed on: a cookie of 0, 4 or 8 bytes, a sublayer of 0 or 4, and mostly a frame.
 */
import { bits32, u16, u32 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { ethernet } from "../link/ethernet.ts";
import { ppp } from "../link/ppp.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";
import { isFrame } from "./mpls_payload.ts";

export const l2tp = new Decoder({ name: "L2tp", from: { udpPort: [1701] }, decode });
export const l2tpv3 = new Decoder({
  name: "L2tpv3",
  from: { ipProtocol: [115] },
  decode: (p) => decodeSession(p, p.at),
});

const IS_CONTROL = 0x8000;
const HAS_LENGTH = 0x4000;
const HAS_SEQUENCE = 0x0800;
const HAS_OFFSET = 0x0200;
const VERSION = 0x000f;
const V3_FLAGS_BYTES = 4;
const SESSION_BYTES = 4;
/** Of cookie and sublayer together. */
const MAX_AGREED_BYTES = 12;

function decode(p: Packet): Outcome {
  const { bytes, at, end } = p;
  if (end - at < 2) return Outcome.Truncated;
  const flags = u16(bytes, at);
  const version = flags & VERSION;
  if (version !== 2 && version !== 3) return Outcome.Unsupported;
  if ((flags & IS_CONTROL) !== 0) {
    p.at = end;
    return Outcome.Ok;
  }
  if (version === 3) return decodeSession(p, at + V3_FLAGS_BYTES);
  const hasLength = (flags & HAS_LENGTH) !== 0;
  const tunnelAt = at + (hasLength ? 4 : 2);
  let headerEnd = tunnelAt + 4 + ((flags & HAS_SEQUENCE) !== 0 ? 4 : 0);
  if ((flags & HAS_OFFSET) !== 0) {
    if (headerEnd + 2 > end) return Outcome.Truncated;
    headerEnd += 2 + u16(bytes, headerEnd);
  }
  if (headerEnd > end) return Outcome.Truncated;
  const messageEnd = hasLength ? at + u16(bytes, at + 2) : end;
  if (messageEnd < headerEnd) return Outcome.Malformed;
  p.at = headerEnd;
  p.end = Math.min(end, messageEnd);
  p.enterTunnel(Tunnel.L2tp, bits32(bytes, tunnelAt));
  p.next = ppp;
  return Outcome.Ok;
}

/** What the ends have agreed on is told by the frame behind it; session 0 holds their messages. */
function decodeSession(p: Packet, sessionAt: number): Outcome {
  const agreedAt = sessionAt + SESSION_BYTES;
  if (agreedAt > p.end) return Outcome.Truncated;
  if (u32(p.bytes, sessionAt) === 0) {
    p.at = p.end;
    return Outcome.Ok;
  }
  for (let agreed = 0; agreed <= MAX_AGREED_BYTES; agreed += 4) {
    if (!isFrame(p, agreedAt + agreed)) continue;
    p.at = agreedAt + agreed;
    p.enterTunnel(Tunnel.L2tp, bits32(p.bytes, sessionAt));
    p.next = ethernet;
    return Outcome.Ok;
  }
  return Outcome.Unsupported;
}
