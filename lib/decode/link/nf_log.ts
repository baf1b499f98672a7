/**
 * LINKTYPE_NFLOG: a packet of Linux's netfilter with values around it. Address family 1, version 1,
 * resource 2; then values: length 2, their header included, type 2, in the byte order of the machine
 * that captured; padded to a multiple of four bytes. Linux, uapi/linux/netfilter/nfnetlink_log.h.
 */
import { u16, u16le } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const nfLog = new Decoder({ name: "NfLog", from: { linkType: [LinkType.NfLog] }, decode });

const HEADER_BYTES = 4;
const VALUE_HEADER_BYTES = 4;
const INET = 2;
const INET6 = 10;
/** Its first two bytes are the EtherType, in network order. */
const PACKET_HEADER = 1;
const PACKET_HEADER_BYTES = 4;
const PAYLOAD = 9;

function decode(p: Packet): Outcome {
  const { bytes, at, end } = p;
  if (end - at < HEADER_BYTES) return Outcome.Truncated;
  if (bytes[at + 1] !== 0) return Outcome.Unsupported; // there is version 0 only
  const family = bytes[at]!;
  let etherType = 0;
  for (let valueAt = at + HEADER_BYTES; valueAt < end;) {
    const dataAt = valueAt + VALUE_HEADER_BYTES;
    if (dataAt > end) return Outcome.Truncated;
    // Types are small numbers, so that only one of the byte orders can give them.
    const isLittle = bytes[valueAt + 3] === 0;
    const length = isLittle ? u16le(bytes, valueAt) : u16(bytes, valueAt);
    const type = isLittle ? u16le(bytes, valueAt + 2) : u16(bytes, valueAt + 2);
    if (length < VALUE_HEADER_BYTES) return Outcome.Malformed;
    if (type === PAYLOAD) {
      p.at = dataAt;
      p.end = Math.min(end, valueAt + length);
      if (family === INET || family === INET6) p.follow(p.routes.addressFamily, family);
      else p.follow(p.routes.etherType, etherType);
      return Outcome.Ok;
    }
    if (valueAt + length > end) return Outcome.Truncated;
    if (type === PACKET_HEADER && length >= VALUE_HEADER_BYTES + PACKET_HEADER_BYTES) {
      etherType = u16(bytes, dataAt);
    }
    valueAt += (length + 3) & ~3;
  }
  p.at = end;
  return Outcome.Ok;
}
