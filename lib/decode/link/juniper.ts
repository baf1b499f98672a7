/**
 * What Juniper's routers put in front of captured frames, whose kind the link type says: magic 3, flags
 * 1, and with flag 0x80 extensions: their length 2, themselves. With flag 0x02 there is no frame, but
 * 4 bytes and an IP packet. Juniper publishes no standard; layout as in tcpdump's print-juniper.c.
 */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { ciscoHdlc } from "./cisco_hdlc.ts";
import { ethernet } from "./ethernet.ts";
import { frameRelay } from "./frame_relay.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { ppp } from "./ppp.ts";
import { rawIp } from "./raw_ip.ts";

export const juniperEthernet = juniper(ethernet, LinkType.JuniperEthernet, LinkType.JuniperPppoe);
export const juniperPpp = juniper(ppp, LinkType.JuniperPpp);
export const juniperFrameRelay = juniper(frameRelay, LinkType.JuniperFrameRelay);
export const juniperCiscoHdlc = juniper(ciscoHdlc, LinkType.JuniperCiscoHdlc);

const MAGIC = 0x4d4743;
const HEADER_BYTES = 4;
const HAS_EXTENSIONS = 0x80;
const HAS_NO_FRAME = 0x02;
const COOKIE_BYTES = 4;

function juniper(frame: Decoder, ...linkType: number[]): Decoder {
  return new Decoder({
    name: `Juniper${frame.name}`,
    from: { linkType },
    decode: (p) => decode(p, frame),
  });
}

function decode(p: Packet, frame: Decoder): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Truncated;
  if (u24(bytes, at) !== MAGIC) return Outcome.Malformed;
  const flags = bytes[at + 3]!;
  let headerEnd = at + HEADER_BYTES;
  if ((flags & HAS_EXTENSIONS) !== 0) {
    if (end - headerEnd < 2) return Outcome.Truncated;
    headerEnd += 2 + u16(bytes, headerEnd);
  }
  const hasFrame = (flags & HAS_NO_FRAME) === 0;
  if (!hasFrame) headerEnd += COOKIE_BYTES;
  if (headerEnd > end) return Outcome.Truncated;
  p.at = headerEnd;
  p.next = hasFrame ? frame : rawIp;
  return Outcome.Ok;
}
