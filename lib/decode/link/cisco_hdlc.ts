/**
 * Cisco's framing of serial lines: address 1, control 1, protocol 2, an EtherType or a number of
 * Cisco's. RFC 1547, section 4.3.1; tcpdump.org/linktypes.html, LINKTYPE_C_HDLC. PPP's framing may
 * stand in its place in LINKTYPE_PPP_HDLC.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { ppp } from "./ppp.ts";

export const ciscoHdlc = new Decoder({
  name: "CiscoHdlc",
  from: { linkType: [LinkType.CiscoHdlc] },
  decode,
});
export const pppHdlc = new Decoder({
  name: "PppHdlc",
  from: { linkType: [LinkType.PppHdlc] },
  decode: passToEither,
});

const HEADER_BYTES = 4;
const UNICAST = 0x0f00;
const MULTICAST = 0x8f00;
/** The line's own protocol. Elsewhere the number is that of reverse ARP. */
const KEEPALIVE = 0x8035;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const protocol = u16(bytes, at + 2);
  p.at = at + HEADER_BYTES;
  if (protocol === KEEPALIVE) p.endAt(p.routes.etherType, protocol);
  else p.follow(p.routes.etherType, protocol);
  return Outcome.Ok;
}

function passToEither(p: Packet): Outcome {
  if (p.end - p.at < 2) return Outcome.Truncated;
  const framing = u16(p.bytes, p.at);
  p.next = framing === UNICAST || framing === MULTICAST ? ciscoHdlc : ppp;
  return Outcome.Ok;
}
