/**
 * PPP over Ethernet: version and type 1, code 1, session 2, length of the payload 2. RFC 2516,
 * section 4. Code 0 is a packet of a session; discovery has others.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { ppp } from "./ppp.ts";

export const pppoe = new Decoder({
  name: "Pppoe",
  from: {
    linkType: [LinkType.PppEther],
    etherType: [0x8863, 0x8864], // discovery, session
  },
  decode,
});

const HEADER_BYTES = 6;
const VERSION_AND_TYPE = 0x11;
const SESSION_DATA = 0;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  if (bytes[at] !== VERSION_AND_TYPE) return Outcome.Malformed;
  p.at = at + HEADER_BYTES;
  p.end = Math.min(p.end, p.at + u16(bytes, at + 4));
  p.next = bytes[at + 1] === SESSION_DATA ? ppp : undefined;
  return Outcome.Ok;
}
