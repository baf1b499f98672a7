/**
 * Point-to-Point Protocol: the protocol's number, behind address and control of HDLC-like framing
 * when they are there. RFC 1661, section 2; RFC 1662, section 3.1.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ppp = new Decoder({
  name: "Ppp",
  from: { linkType: [LinkType.Ppp], etherType: [0x880b], networkProtocol: [0xcf] },
  decode,
});

const ADDRESS_AND_CONTROL = 0xff03;

function decode(p: Packet): Outcome {
  const { bytes, end } = p;
  let { at } = p;
  if (end - at < 2) return Outcome.Truncated;
  if (u16(bytes, at) === ADDRESS_AND_CONTROL) at += 2;
  // The number's last byte is odd and its first one even, which may be left out when it is 0.
  const isShort = at < end && (bytes[at]! & 1) !== 0;
  const headerEnd = at + (isShort ? 1 : 2);
  if (headerEnd > end) return Outcome.Truncated;
  p.at = headerEnd;
  p.follow(p.routes.ppp, isShort ? bytes[at]! : u16(bytes, at));
  return Outcome.Ok;
}
