/**
 * Network Service Header, which leads packets through a chain of functions: version 2 bits, OAM 1,
 * reserved 1, time to live 6, length in 4 bytes 6, reserved 4, kind of metadata 4, next protocol 8;
 * path and index 4 bytes; metadata. RFC 8300, section 2.
 */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const serviceHeader = new Decoder({
  name: "ServiceHeader",
  from: { etherType: [0x894f], nshProtocol: [4] },
  decode,
});

const MIN_BYTES = 8;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < MIN_BYTES) return Outcome.Truncated;
  const bits = u16(bytes, at);
  if (bits >> 14 !== 0) return Outcome.Unsupported; // there is version 0 only
  const headerEnd = at + 4 * (bits & 0x3f);
  if (headerEnd < at + MIN_BYTES) return Outcome.Malformed;
  if (headerEnd > p.end) return Outcome.Truncated;
  p.at = headerEnd;
  p.enterTunnel(Tunnel.Nsh, u24(bytes, at + 4));
  p.follow(p.routes.nshProtocol, bytes[at + 3]!);
  return Outcome.Ok;
}
