/**
 * What follows the length in Cisco's Inter-Switch Link, a frame in a frame that looks like IEEE 802.3:
 * `aa aa 03`, upper half of the source address 3, VLAN and BPDU 2, index 2, reserved 2; then the frame
 * with its checksum. The last byte of the outer destination has the type of that frame in its upper
 * half, 0 for Ethernet. Cisco publishes no standard; layout as in Wireshark's dissector.
 */
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const isl = new Decoder({ name: "Isl", decode });

const HEADER_BYTES = 12;
const FCS_BYTES = 4;
/** From the header back to the byte that holds the type. */
const TYPE_BACK = 9;

function decode(p: Packet): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Truncated;
  if (bytes[at - TYPE_BACK]! >> 4 !== 0) return Outcome.Unsupported;
  const hasFcs = !p.isCut && end - at >= HEADER_BYTES + FCS_BYTES;
  p.at = at + HEADER_BYTES;
  p.end = hasFcs ? end - FCS_BYTES : end;
  p.follow(p.routes.linkType, LinkType.Ethernet);
  return Outcome.Ok;
}
