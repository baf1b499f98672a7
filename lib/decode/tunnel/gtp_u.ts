/**
 * GPRS Tunnelling Protocol, user plane: IP packets of phones between the stations of a mobile
 * network. 3GPP TS 29.281, sections 5.1 (header) and 5.2 (extension headers). Bytes:
 *
 *     version 3 bits, protocol type 1, reserved 1, flags E, S and PN 1 each; message type 1,
 *     length 2 of what follows the first 8 bytes, tunnel 4; then, if a flag is set,
 *     sequence number 2, N-PDU number 1, type of the first extension header 1
 *
 * An extension header: length 1 in 4 bytes, content, type of the next one 1.
 */
import { bits32, u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { Tunnel } from "../tunnels.ts";

export const gtpU = new Decoder({ name: "GtpU", from: { udpPort: [2152] }, decode });

const HEADER_BYTES = 8;
const OPTIONAL_BYTES = 4;
/** Version 1, and not GTP', which has the type 0. */
const VERSION_AND_TYPE = 0x30;
const HAS_OPTIONAL = 0x07;
const HAS_EXTENSION = 0x04;
/** The message that holds a packet; others keep the tunnel. */
const PACKET = 255;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const flags = bytes[at]!;
  if ((flags & 0xf0) !== VERSION_AND_TYPE) return Outcome.Unsupported;
  const end = Math.min(p.end, at + HEADER_BYTES + u16(bytes, at + 2));
  let headerEnd = at + HEADER_BYTES + ((flags & HAS_OPTIONAL) !== 0 ? OPTIONAL_BYTES : 0);
  if (headerEnd > end) return Outcome.Truncated;
  let hasExtension = (flags & HAS_EXTENSION) !== 0 && bytes[headerEnd - 1] !== 0;
  while (hasExtension) {
    if (headerEnd === end) return Outcome.Truncated;
    if (bytes[headerEnd] === 0) return Outcome.Malformed;
    headerEnd += 4 * bytes[headerEnd]!;
    if (headerEnd > end) return Outcome.Truncated;
    hasExtension = bytes[headerEnd - 1] !== 0;
  }
  const isPacket = bytes[at + 1] === PACKET && headerEnd < end;
  p.at = headerEnd;
  p.end = end;
  p.enterTunnel(Tunnel.Gtp, bits32(bytes, at + 4));
  if (isPacket) p.follow(p.routes.ipVersion, bytes[headerEnd]! >> 4);
  return Outcome.Ok;
}
