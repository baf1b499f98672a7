/**
 * Encapsulated Remote SPAN, types II and III: a mirrored frame within GRE.
 * draft-foschiano-erspan-03, sections 4.2 and 4.3. Type I has no header.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { ethernet } from "../link/ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { rawIp } from "../link/raw_ip.ts";
import { Tunnel } from "../tunnels.ts";

export const erspan = new Decoder({
  name: "Erspan",
  from: { etherType: [0x88be, 0x22eb] },
  decode,
});

const TYPE_II = 1;
const TYPE_III = 2;
const TYPE_II_BYTES = 8;
const TYPE_III_BYTES = 12;
const SUBHEADER_BYTES = 8;
/** Of the 16 bits behind version and VLAN. */
const SESSION = 0x03ff;
const ETHERNET_FRAME = 0;
const IP_PACKET = 2;

function decode(p: Packet): Outcome {
  const { bytes, at, end } = p;
  if (end - at < TYPE_II_BYTES) return Outcome.Truncated;
  const type = bytes[at]! >> 4;
  if (type === TYPE_II) {
    p.at = at + TYPE_II_BYTES;
    p.enterTunnel(Tunnel.Erspan, u16(bytes, at + 2) & SESSION);
    p.next = ethernet;
    return Outcome.Ok;
  }
  if (type !== TYPE_III) return Outcome.Unsupported;
  if (end - at < TYPE_III_BYTES) return Outcome.Truncated;
  const flags = u16(bytes, at + 10);
  const headerEnd = at + TYPE_III_BYTES + ((flags & 1) !== 0 ? SUBHEADER_BYTES : 0);
  if (headerEnd > end) return Outcome.Truncated;
  const frameType = (flags >> 10) & 0x1f;
  if (frameType !== ETHERNET_FRAME && frameType !== IP_PACKET) return Outcome.Unsupported;
  p.at = headerEnd;
  p.enterTunnel(Tunnel.Erspan, u16(bytes, at + 2) & SESSION);
  p.next = frameType === ETHERNET_FRAME ? ethernet : rawIp;
  return Outcome.Ok;
}
