/**
 * Domain Name System messages, multicast DNS (RFC 6762) and LLMNR (RFC 4795) included. RFC 1035,
 * section 4.1. Classes are the 16 bits on the wire, with mDNS's cache-flush and unicast-response bit.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { DNSQuestionSchema, DNSSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { afterName, DNS_HEADER_BYTES, DnsNames, writeName } from "./dns_names.ts";
import { endOfQuestions, QUESTION_FIXED_BYTES } from "./dns_questions.ts";
import { endOfRecords, extendedResponseCode, writeRecords } from "./dns_records.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const dns = new Decoder({
  name: "Dns",
  schema: DNSSchema,
  from: { udpPort: [53, 5353, 5355] },
  decode,
});

const TAG = tagsOf(DNSSchema);
const QUESTION_TAG = tagsOf(DNSQuestionSchema);
const NAMES = new DnsNames();

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < DNS_HEADER_BYTES) return Outcome.Truncated;
  const questions = u16(bytes, at + 4);
  const answers = u16(bytes, at + 6);
  const authorities = u16(bytes, at + 8);
  const additionals = u16(bytes, at + 10);
  NAMES.begin(bytes, at);
  const answersAt = endOfQuestions(NAMES, at + DNS_HEADER_BYTES, end, questions);
  const wholeQuestions = NAMES.whole;
  const authoritiesAt = endOfRecords(NAMES, answersAt, end, answers);
  const wholeAnswers = NAMES.whole;
  const additionalsAt = endOfRecords(NAMES, authoritiesAt, end, authorities);
  const wholeAuthorities = NAMES.whole;
  const messageEnd = endOfRecords(NAMES, additionalsAt, end, additionals);
  if (messageEnd < 0) return Outcome.Malformed;
  if (NAMES.isCut && !isWorthARecord(p, messageEnd)) return Outcome.Truncated;
  const flags = u16(bytes, at + 2);
  const extendedCode = extendedResponseCode(bytes, additionalsAt, NAMES.whole);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.ID, u16(bytes, at));
  out.bool(TAG.QR, (flags & 0x8000) !== 0);
  out.uint32(TAG.OpCode, (flags >> 11) & 0xf);
  out.bool(TAG.AA, (flags & 0x0400) !== 0);
  out.bool(TAG.TC, (flags & 0x0200) !== 0);
  out.bool(TAG.RD, (flags & 0x0100) !== 0);
  out.bool(TAG.RA, (flags & 0x0080) !== 0);
  out.uint32(TAG.Z, (flags >> 4) & 0x7);
  out.uint32(TAG.ResponseCode, (flags & 0xf) | extendedCode);
  out.uint32(TAG.QDCount, questions);
  out.uint32(TAG.ANCount, answers);
  out.uint32(TAG.NSCount, authorities);
  out.uint32(TAG.ARCount, additionals);
  writeQuestions(out, bytes, at, wholeQuestions);
  writeRecords(out, TAG.Answers, bytes, at, answersAt, wholeAnswers);
  writeRecords(out, TAG.Authorities, bytes, at, authoritiesAt, wholeAuthorities);
  writeRecords(out, TAG.Additionals, bytes, at, additionalsAt, NAMES.whole);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  out.bool(TAG.Truncated, NAMES.isCut);
  out.uint32(TAG.IPProtocol, p.protocol);
  p.at = end;
  if (p.segmentEnd > 0) {
    p.at = p.segmentAt;
    p.end = p.segmentEnd;
    p.next = p.segmentNext;
  }
  return Outcome.Ok;
}

/**
 * Whether what is whole of a message that has not all that it counts is to be believed. In a datagram
 * that was captured whole, and in a segment, which may begin within a message, any bytes may be.
 */
function isWorthARecord({ at, end, isCut, segmentEnd }: Packet, wholeEnd: number): boolean {
  const hasMore = wholeEnd > at + DNS_HEADER_BYTES;
  return segmentEnd > 0 ? hasMore : isCut || hasMore || wholeEnd === end;
}

function writeQuestions(
  out: WireWriter,
  bytes: Uint8Array,
  messageAt: number,
  count: number,
): void {
  let at = messageAt + DNS_HEADER_BYTES;
  for (; count > 0; count--) {
    const fixedAt = afterName(bytes, at);
    const question = out.open(TAG.Questions);
    writeName(out, QUESTION_TAG.Name, bytes, messageAt, at);
    out.uint32(QUESTION_TAG.Type, u16(bytes, fixedAt));
    out.uint32(QUESTION_TAG.Class, u16(bytes, fixedAt + 2));
    out.close(question);
    at = fixedAt + QUESTION_FIXED_BYTES;
  }
}
