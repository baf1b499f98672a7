/**
 * Internet Group Management Protocol: version 1 (RFC 1112, appendix I), version 2 (RFC 2236,
 * section 2) and version 3 (RFC 3376, section 4).
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { IGMPSchema, IGMPv3GroupRecordSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const igmp = new Decoder({
  name: "Igmp",
  schema: IGMPSchema,
  from: { ipProtocol: [2] },
  decode,
});

const TAG = tagsOf(IGMPSchema);
const GROUP_TAG = tagsOf(IGMPv3GroupRecordSchema);
const MESSAGE_BYTES = 8;
const QUERY_V3_BYTES = 12;
const GROUP_RECORD_BYTES = 8;
const ADDRESS_BYTES = 4;
const QUERY = 0x11;
const REPORT_V1 = 0x12;
const REPORT_V2 = 0x16;
const LEAVE = 0x17;
const REPORT_V3 = 0x22;

function decode(p: Packet, out: WireWriter): Outcome {
  if (p.end - p.at < MESSAGE_BYTES) return Outcome.Truncated;
  switch (p.bytes[p.at]) {
    case QUERY:
      return decodeQuery(p, out);
    case REPORT_V1:
      return decodeShort(p, out, 1);
    case REPORT_V2:
    case LEAVE:
      return decodeShort(p, out, 2);
    case REPORT_V3:
      return decodeReport(p, out);
    default: // DVMRP, PIM version 1, mtrace and others that share the protocol number
      return Outcome.Unsupported;
  }
}

/** The length tells queries of version 3, the response time those of version 1 (RFC 3376, section 7.1). */
function decodeQuery(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (end - at === MESSAGE_BYTES) return decodeShort(p, out, bytes[at + 1] === 0 ? 1 : 2);
  if (end - at < QUERY_V3_BYTES) return Outcome.Malformed;
  const sources = u16(bytes, at + 10);
  const sourcesEnd = at + QUERY_V3_BYTES + ADDRESS_BYTES * sources;
  const isWhole = sourcesEnd <= end;
  if (!isWhole && !p.isCut) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Type, bytes[at]!);
  writeTenths(out, TAG.MaxResponseTime, valueOfCode(bytes[at + 1]!));
  out.uint32(TAG.Checksum, u16(bytes, at + 2));
  out.ipText(TAG.GroupAddress, bytes, at + 4, ADDRESS_BYTES);
  out.bool(TAG.SupressRouterProcessing, (bytes[at + 8]! & 8) !== 0);
  out.uint32(TAG.RobustnessValue, bytes[at + 8]! & 7);
  writeTenths(out, TAG.IntervalTime, 10 * valueOfCode(bytes[at + 9]!));
  writeAddresses(out, TAG.SourceAddresses, bytes, at + QUERY_V3_BYTES, isWhole ? sourcesEnd : end);
  out.uint32(TAG.NumberOfSources, sources);
  out.uint32(TAG.Version, 3);
  return finish(p, out, isWhole);
}

/** All messages of versions 1 and 2 have one form; version 1 leaves the response time 0. */
function decodeShort(p: Packet, out: WireWriter, version: number): Outcome {
  const { bytes, at } = p;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Type, bytes[at]!);
  writeTenths(out, TAG.MaxResponseTime, bytes[at + 1]!);
  out.uint32(TAG.Checksum, u16(bytes, at + 2));
  out.ipText(TAG.GroupAddress, bytes, at + 4, ADDRESS_BYTES);
  out.uint32(TAG.Version, version);
  return finish(p, out);
}

function decodeReport(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  const groups = u16(bytes, at + 6);
  const groupsAt = at + MESSAGE_BYTES;
  const whole = countWhole(bytes, groupsAt, end, groups);
  if (whole < groups && !p.isCut) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Type, bytes[at]!);
  out.uint32(TAG.Checksum, u16(bytes, at + 2));
  out.uint32(TAG.NumberOfGroupRecords, groups);
  writeGroups(out, bytes, groupsAt, whole);
  out.uint32(TAG.Version, 3);
  return finish(p, out, whole === groups);
}

/** How many of `count` group records stand whole in `bytes[at, end)`. */
function countWhole(bytes: Uint8Array, at: number, end: number, count: number): number {
  let whole = 0;
  for (; whole < count && at + GROUP_RECORD_BYTES <= end; whole++) {
    at = endOfGroup(bytes, at);
    if (at > end) break;
  }
  return whole;
}

function writeGroups(out: WireWriter, bytes: Uint8Array, at: number, count: number): void {
  for (; count > 0; count--) {
    const sources = u16(bytes, at + 2);
    const sourcesAt = at + GROUP_RECORD_BYTES;
    const sourcesEnd = sourcesAt + ADDRESS_BYTES * sources;
    const group = out.open(TAG.GroupRecords);
    out.uint32(GROUP_TAG.Type, bytes[at]!);
    out.uint32(GROUP_TAG.AuxDataLen, bytes[at + 1]!);
    out.uint32(GROUP_TAG.NumberOfSources, sources);
    out.ipText(GROUP_TAG.MulticastAddress, bytes, at + 4, ADDRESS_BYTES);
    writeAddresses(out, GROUP_TAG.SourceAddresses, bytes, sourcesAt, sourcesEnd);
    out.close(group);
    at = endOfGroup(bytes, at);
  }
}

/** Where the group record at `at` ends, its auxiliary data (counted in 4 bytes) included. */
function endOfGroup(bytes: Uint8Array, at: number): number {
  return at + GROUP_RECORD_BYTES + ADDRESS_BYTES * u16(bytes, at + 2) + 4 * bytes[at + 1]!;
}

function finish(p: Packet, out: WireWriter, isWhole = true): Outcome {
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  out.bool(TAG.Truncated, !isWhole);
  p.at = p.end;
  return Outcome.Ok;
}

function writeAddresses(
  out: WireWriter,
  tag: Tag<string>,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  for (; at + ADDRESS_BYTES <= end; at += ADDRESS_BYTES) out.ipText(tag, bytes, at, ADDRESS_BYTES);
}

/** Tenths of a second as nanoseconds. */
function writeTenths(out: WireWriter, tag: Tag<bigint>, tenths: number): void {
  out.nanos(tag, Math.floor(tenths / 10), 1e8 * (tenths % 10));
}

/** From 128 on a code is a floating-point number (RFC 3376, sections 4.1.1 and 4.1.7). */
function valueOfCode(code: number): number {
  return code < 128 ? code : ((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
}
