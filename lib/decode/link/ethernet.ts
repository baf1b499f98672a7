/** Ethernet II and IEEE 802.3 frames. IEEE 802.3-2018, 3.1 and 3.2.6. */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { EthernetSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { writeEntropy } from "../entropy.ts";
import { isl } from "./isl.ts";
import { llc } from "./llc.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { FIRST_ETHER_TYPE } from "../routes.ts";

export const ethernet = new Decoder({
  name: "Ethernet",
  schema: EthernetSchema,
  from: {
    linkType: [LinkType.Ethernet],
    etherType: [0x6558],
    nshProtocol: [3],
    ipProtocol: [143], // RFC 8986
  },
  decode: (p, out) => decodeFrame(p, out, 0),
});

const TAG = tagsOf(EthernetSchema);
const HEADER_BYTES = 14;
const MAC_BYTES = 6;

/** Decodes a frame with a tag of so many bytes between addresses and type, of which nothing is read. */
export function decodeFrame(p: Packet, out: WireWriter, tagBytes: number): Outcome {
  const { bytes, at } = p;
  const payloadAt = at + HEADER_BYTES + tagBytes;
  if (payloadAt > p.end) return Outcome.Truncated;
  const typeOrLength = u16(bytes, payloadAt - 2);
  const isType = typeOrLength >= FIRST_ETHER_TYPE;
  if (!isType) p.end = Math.min(p.end, payloadAt + typeOrLength); // drops padding
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.macText(TAG.SrcMAC, bytes, at + MAC_BYTES, MAC_BYTES);
  out.macText(TAG.DstMAC, bytes, at, MAC_BYTES);
  if (isType) out.uint32(TAG.EthernetType, typeOrLength);
  if (p.options.entropy) writeEntropy(out, TAG.PayloadEntropy, bytes, payloadAt, p.end);
  out.uint32(TAG.PayloadSize, p.end - payloadAt);
  p.at = payloadAt;
  if (isType) p.follow(p.routes.etherType, typeOrLength);
  else p.next = isIsl(bytes, at) ? isl : llc;
  return Outcome.Ok;
}

/** Whether a frame with a length is Cisco's ISL, a frame in a frame: told by its address only. */
function isIsl(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! & 0xfd) === 0x01 && u16(bytes, at + 1) === 0x000c &&
    u16(bytes, at + 3) === 0x0000;
}

/** Goes on behind a tag's type field, in front of which `p.at` is no more: a length if it is small. */
export function followTypeOrLength(p: Packet, typeOrLength: number): void {
  if (typeOrLength >= FIRST_ETHER_TYPE) {
    p.follow(p.routes.etherType, typeOrLength);
  } else {
    p.end = Math.min(p.end, p.at + typeOrLength); // drops padding
    p.next = llc;
  }
}
