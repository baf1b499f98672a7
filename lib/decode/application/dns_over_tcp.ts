/**
 * DNS over TCP: each message has its length in front, and a segment may hold several. RFC 1035,
 * section 4.2.2; RFC 7766, section 6.2.1. Segments are taken by themselves: a message that begins in one
 * and ends in another is not decoded here, but one that the capture has cut is, as far as it is whole.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { dns } from "./dns.ts";
import { DNS_HEADER_BYTES } from "./dns_names.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const dnsOverTcp = new Decoder({
  name: "DnsOverTcp",
  from: { tcpPort: [53, 5353, 5355] },
  decode,
});

const LENGTH_BYTES = 2;

function decode(p: Packet): Outcome {
  const messageAt = p.at + LENGTH_BYTES;
  if (messageAt > p.end) return Outcome.Incomplete;
  const length = u16(p.bytes, p.at);
  if (length < DNS_HEADER_BYTES) return Outcome.Malformed;
  const isWhole = messageAt + length <= p.end;
  if (!isWhole && (!p.isCut || messageAt + DNS_HEADER_BYTES > p.end)) return Outcome.Incomplete;
  p.segmentEnd = p.end;
  p.segmentAt = Math.min(messageAt + length, p.end);
  p.segmentNext = dnsOverTcp;
  p.at = messageAt;
  p.end = p.segmentAt;
  p.next = p.application = dns;
  return Outcome.Ok;
}
