/**
 * DNS over TCP: each message has its length in front, and a segment may hold several. RFC 1035,
 * section 4.2.2; RFC 7766, section 6.2.1. Segments are taken by themselves: a message that begins in one
 * and ends in another is not decoded here.
 */
import { u16 } from "../base/bytes.ts";
import type { Decoder } from "./decoder.ts";
import { DNS_HEADER_BYTES } from "./dns_names.ts";
import { Layer } from "./layer.ts";
import { Outcome } from "./outcome.ts";
import type { Packet } from "./packet.ts";

export const dnsOverTcp: Decoder = { layer: Layer.DnsOverTcp, decode };

const LENGTH_BYTES = 2;

function decode(p: Packet): Outcome {
  const messageAt = p.at + LENGTH_BYTES;
  if (messageAt > p.end) return Outcome.Incomplete;
  const length = u16(p.bytes, p.at);
  if (length < DNS_HEADER_BYTES) return Outcome.Malformed;
  if (messageAt + length > p.end) return Outcome.Incomplete;
  p.segmentEnd = p.end;
  p.at = messageAt;
  p.end = messageAt + length;
  p.next = Layer.Dns;
  return Outcome.Ok;
}
