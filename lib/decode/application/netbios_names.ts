/** The NetBIOS name service: messages like those of DNS, with names of 16 bytes. RFC 1002, section 4.2. */
import { u16 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { NetBIOSResource } from "../../../proto/gen/netcap_pb.ts";
import {
  NetBIOSAddressSchema,
  NetBIOSNamesSchema,
  NetBIOSNodeNameSchema,
  NetBIOSQuestionSchema,
  NetBIOSResourceSchema,
} from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { afterName, DNS_HEADER_BYTES, DnsNames, labelAt, writeName } from "./dns_names.ts";
import { endOfQuestions, QUESTION_FIXED_BYTES } from "./dns_questions.ts";
import { endOfRecords, FIXED_BYTES } from "./dns_records.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const netbiosNames = new Decoder({
  name: "NetbiosNames",
  schema: NetBIOSNamesSchema,
  from: { udpPort: [137] },
  decode,
});

const TAG = tagsOf(NetBIOSNamesSchema);
const QUESTION_TAG = tagsOf(NetBIOSQuestionSchema);
const RESOURCE_TAG = tagsOf(NetBIOSResourceSchema);
const ADDRESS_TAG = tagsOf(NetBIOSAddressSchema);
const NODE_TAG = tagsOf(NetBIOSNodeNameSchema);
const NAMES = new DnsNames();

/** A name is a label of 32 letters, each of which stands for half a byte. RFC 1001, section 14.1. */
const NAME_LABEL_BYTES = 32;
const NAME_BYTES = 15;
const FIRST_LETTER = 0x41;
const SPACE = 0x20;
/** Types of resource records (section 4.2.1.3). */
const TYPE_NB = 0x20;
const TYPE_NBSTAT = 0x21;
/** Flags and an address of IPv4 (section 4.2.2). */
const NB_BYTES = 6;
/** A name, its suffix and flags (section 4.2.18). */
const NODE_NAME_BYTES = 18;
const UNIT_ID_BYTES = 6;
const NAME = new Uint8Array(NAME_BYTES + 1);

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at < DNS_HEADER_BYTES) return Outcome.Truncated;
  NAMES.begin(bytes, at);
  const questionsAt = at + DNS_HEADER_BYTES;
  const answersAt = endOfQuestions(NAMES, questionsAt, end, u16(bytes, at + 4));
  const questions = NAMES.whole;
  const authoritiesAt = endOfResources(answersAt, end, u16(bytes, at + 6));
  const answers = NAMES.whole;
  const additionalsAt = endOfResources(authoritiesAt, end, u16(bytes, at + 8));
  const authorities = NAMES.whole;
  const messageEnd = endOfResources(additionalsAt, end, u16(bytes, at + 10));
  const additionals = NAMES.whole;
  if (messageEnd < 0) return Outcome.Malformed;
  if (NAMES.isCut && !p.isCut && messageEnd === questionsAt) return Outcome.Truncated;
  const areNames = haveNames(bytes, at, questionsAt, questions, QUESTION_FIXED_BYTES) &&
    haveNames(bytes, at, answersAt, answers + authorities + additionals, FIXED_BYTES);
  if (!areNames) return Outcome.Malformed;
  const flags = u16(bytes, at + 2);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.ID, u16(bytes, at));
  out.bool(TAG.IsResponse, (flags & 0x8000) !== 0);
  out.uint32(TAG.OpCode, (flags >> 11) & 0xf);
  out.uint32(TAG.Flags, (flags >> 4) & 0x7f);
  out.uint32(TAG.ResponseCode, flags & 0xf);
  writeQuestions(out, bytes, at, questions);
  writeResources(out, TAG.Answers, bytes, at, answersAt, answers);
  writeResources(out, TAG.Authorities, bytes, at, authoritiesAt, authorities);
  writeResources(out, TAG.Additionals, bytes, at, additionalsAt, additionals);
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  out.bool(TAG.Truncated, NAMES.isCut);
  p.at = end;
  return Outcome.Ok;
}

/** Their types are numbers of others in DNS; what data are too short for is left out. */
function endOfResources(at: number, end: number, count: number): number {
  return endOfRecords(NAMES, at, end, count, isAnyData);
}

function isAnyData(): boolean {
  return true;
}

/** Whether the first labels of names are NetBIOS's, in `count` entries with so many bytes behind the name. */
function haveNames(
  bytes: Uint8Array,
  messageAt: number,
  at: number,
  count: number,
  fixedBytes: number,
): boolean {
  for (; count > 0; count--) {
    if (!isName(bytes, labelAt(bytes, messageAt, at))) return false;
    const fixedAt = afterName(bytes, at);
    at = fixedAt + fixedBytes;
    if (fixedBytes === FIXED_BYTES) at += u16(bytes, fixedAt + 8);
  }
  return true;
}

function isName(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== NAME_LABEL_BYTES) return false;
  for (let letter = at + 1; letter <= at + NAME_LABEL_BYTES; letter++) {
    if (bytes[letter]! - FIRST_LETTER >>> 0 > 0xf) return false;
  }
  return true;
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
    writeEncodedName(out, QUESTION_TAG, bytes, messageAt, at);
    out.uint32(QUESTION_TAG.Type, u16(bytes, fixedAt));
    out.uint32(QUESTION_TAG.Class, u16(bytes, fixedAt + 2));
    out.close(question);
    at = fixedAt + QUESTION_FIXED_BYTES;
  }
}

function writeResources(
  out: WireWriter,
  tag: Tag<NetBIOSResource>,
  bytes: Uint8Array,
  messageAt: number,
  at: number,
  count: number,
): void {
  for (; count > 0; count--) {
    const fixedAt = afterName(bytes, at);
    const type = u16(bytes, fixedAt);
    const dataAt = fixedAt + FIXED_BYTES;
    const dataEnd = dataAt + u16(bytes, fixedAt + 8);
    const resource = out.open(tag);
    writeEncodedName(out, RESOURCE_TAG, bytes, messageAt, at);
    out.uint32(RESOURCE_TAG.Type, type);
    out.uint32(RESOURCE_TAG.Class, u16(bytes, fixedAt + 2));
    out.uint32Of(RESOURCE_TAG.TTL, bytes, fixedAt + 4);
    out.uint32(RESOURCE_TAG.DataLength, dataEnd - dataAt);
    if (type === TYPE_NB) writeAddresses(out, bytes, dataAt, dataEnd);
    if (type === TYPE_NBSTAT) writeNode(out, bytes, dataAt, dataEnd);
    out.close(resource);
    at = dataEnd;
  }
}

/** Of a name: its text, its last byte, and the scope, which are the labels behind it. */
function writeEncodedName(
  out: WireWriter,
  tag: Pick<typeof QUESTION_TAG, "Name" | "Suffix" | "Scope">,
  bytes: Uint8Array,
  messageAt: number,
  at: number,
): void {
  const label = labelAt(bytes, messageAt, at);
  for (let i = 0; i <= NAME_BYTES; i++) {
    const letters = label + 1 + 2 * i;
    NAME[i] = (bytes[letters]! - FIRST_LETTER) << 4 | (bytes[letters + 1]! - FIRST_LETTER);
  }
  writeNameAndSuffix(out, tag, NAME, 0);
  writeName(out, tag.Scope, bytes, messageAt, label + 1 + NAME_LABEL_BYTES);
}

/** 15 bytes, filled with spaces or zeros, and the suffix. */
function writeNameAndSuffix(
  out: WireWriter,
  tag: Pick<typeof QUESTION_TAG, "Name" | "Suffix">,
  bytes: Uint8Array,
  at: number,
): void {
  let end = at + NAME_BYTES;
  while (end > at && (bytes[end - 1] === SPACE || bytes[end - 1] === 0)) end--;
  out.bytesOf(tag.Name, bytes, at, end);
  out.uint32(tag.Suffix, bytes[at + NAME_BYTES]!);
}

function writeAddresses(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  for (; at + NB_BYTES <= end; at += NB_BYTES) {
    const address = out.open(RESOURCE_TAG.Addresses);
    out.uint32(ADDRESS_TAG.Flags, u16(bytes, at));
    out.ipText(ADDRESS_TAG.IP, bytes, at + 2, 4);
    out.close(address);
  }
}

function writeNode(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  if (at === end) return;
  const namesEnd = at + 1 + NODE_NAME_BYTES * bytes[at]!;
  if (namesEnd > end) return;
  for (at++; at < namesEnd; at += NODE_NAME_BYTES) {
    const name = out.open(RESOURCE_TAG.Names);
    writeNameAndSuffix(out, NODE_TAG, bytes, at);
    out.uint32(NODE_TAG.Flags, u16(bytes, at + NAME_BYTES + 1));
    out.close(name);
  }
  if (at + UNIT_ID_BYTES <= end) out.macText(RESOURCE_TAG.UnitID, bytes, at, UNIT_ID_BYTES);
}
