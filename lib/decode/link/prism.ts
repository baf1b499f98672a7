/**
 * LINKTYPE_IEEE802_11_PRISM: what the radio says, in front of an 802.11 frame. Prism's header has its
 * length at 4 in the byte order of the machine that captured; AVS's, which comes with the same link
 * type, has it there in network order.
 */
import { u32, u32le } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { dot11 } from "./dot11.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const prism = new Decoder({ name: "Prism", from: { linkType: [LinkType.Prism] }, decode });

const MIN_BYTES = 8;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < MIN_BYTES) return Outcome.Truncated;
  // A length is a small number, so that only one of the byte orders can give it.
  const length = Math.min(u32(bytes, at + 4), u32le(bytes, at + 4));
  if (length < MIN_BYTES) return Outcome.Malformed;
  if (at + length > p.end) return Outcome.Truncated;
  p.radioFlags = 0;
  p.at = at + length;
  p.next = dot11;
  return Outcome.Ok;
}
