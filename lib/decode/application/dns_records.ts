/**
 * Resource records of DNS messages: name, type, class, time to live, length of the data, data.
 * RFC 1035, sections 3.3 and 4.1.3; AAAA: RFC 3596; SRV: RFC 2782; OPT: RFC 6891, section 6.1.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { Tag } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { DNSResourceRecord } from "../../../proto/gen/netcap_pb.ts";
import {
  DNSMXSchema,
  DNSResourceRecordSchema,
  DNSSOASchema,
  DNSSRVSchema,
} from "../../../proto/netcap_tags.ts";
import { afterName, CUT_SHORT, type DnsNames, MALFORMED, writeName } from "./dns_names.ts";

const TAG = tagsOf(DNSResourceRecordSchema);
const SOA_TAG = tagsOf(DNSSOASchema);
const SRV_TAG = tagsOf(DNSSRVSchema);
const MX_TAG = tagsOf(DNSMXSchema);

/** Type, class, time to live and length, between name and data. */
export const FIXED_BYTES = 10;
/** Serial, refresh, retry, expire and minimum, behind the names of an SOA. */
const SOA_NUMBERS_BYTES = 20;

const TYPE_A = 1;
const TYPE_NS = 2;
const TYPE_CNAME = 5;
const TYPE_SOA = 6;
const TYPE_PTR = 12;
const TYPE_HINFO = 13;
const TYPE_MX = 15;
const TYPE_TXT = 16;
const TYPE_AAAA = 28;
const TYPE_SRV = 33;
const TYPE_OPT = 41;
/** For records without data, whatever their type: updates delete with them (RFC 2136, 2.4 and 2.5). */
const NO_DATA = 0;

/**
 * Where those of `count` records from `at` on end that are whole, `names.whole` of them; `MALFORMED`,
 * which is also passed on.
 *
 * @param isWellFormed Whether data of a type are what they should be: those of DNS.
 */
export function endOfRecords(
  names: DnsNames,
  at: number,
  end: number,
  count: number,
  isWellFormed: DataCheck = isDnsData,
): number {
  names.whole = 0;
  if (at < 0) return at;
  while (names.whole < count && !names.isCut) {
    const next = endOfRecord(names, at, end, isWellFormed);
    if (next === MALFORMED) return MALFORMED;
    if (next === CUT_SHORT) {
      names.isCut = true;
    } else {
      names.whole++;
      at = next;
    }
  }
  return at;
}

type DataCheck = (names: DnsNames, type: number, at: number, end: number) => boolean;

function endOfRecord(
  names: DnsNames,
  at: number,
  end: number,
  isWellFormed: DataCheck,
): number {
  const { bytes } = names;
  const fixedAt = names.endOfName(at, end);
  if (fixedAt < 0) return fixedAt;
  const dataAt = fixedAt + FIXED_BYTES;
  if (dataAt > end) return CUT_SHORT;
  const length = u16(bytes, fixedAt + 8);
  const dataEnd = dataAt + length;
  if (dataEnd > end) return CUT_SHORT;
  const type = length === 0 ? NO_DATA : u16(bytes, fixedAt);
  return isWellFormed(names, type, dataAt, dataEnd) ? dataEnd : MALFORMED;
}

function isDnsData(names: DnsNames, type: number, at: number, end: number): boolean {
  switch (type) {
    case TYPE_NS:
    case TYPE_CNAME:
    case TYPE_PTR:
      return names.endOfName(at, end) > 0;
    case TYPE_MX:
      return names.endOfName(at + 2, end) > 0;
    case TYPE_SRV:
      return names.endOfName(at + 6, end) > 0;
    case TYPE_SOA: {
      const secondAt = names.endOfName(at, end);
      const numbersAt = secondAt < 0 ? secondAt : names.endOfName(secondAt, end);
      return numbersAt > 0 && end - numbersAt >= SOA_NUMBERS_BYTES;
    }
    case TYPE_TXT:
    case TYPE_HINFO:
      while (at < end) at += 1 + names.bytes[at]!;
      return at === end;
    case TYPE_OPT: // code, length, data
      while (at + 4 <= end) at += 4 + u16(names.bytes, at + 2);
      return at === end;
    default:
      return true;
  }
}

/** The upper 8 of 12 bits of a response code, in their place, as OPT records among `count` have them. */
export function extendedResponseCode(bytes: Uint8Array, at: number, count: number): number {
  let code = 0;
  for (; count > 0; count--) {
    const fixedAt = afterName(bytes, at);
    if (u16(bytes, fixedAt) === TYPE_OPT) code |= bytes[fixedAt + 4]! << 4;
    at = fixedAt + FIXED_BYTES + u16(bytes, fixedAt + 8);
  }
  return code;
}

/** Writes `count` records that `endOfRecords` accepted, one message each; returns where they end. */
export function writeRecords(
  out: WireWriter,
  tag: Tag<DNSResourceRecord>,
  bytes: Uint8Array,
  messageAt: number,
  at: number,
  count: number,
): number {
  for (; count > 0; count--) {
    const record = out.open(tag);
    at = writeRecord(out, bytes, messageAt, at);
    out.close(record);
  }
  return at;
}

function writeRecord(out: WireWriter, bytes: Uint8Array, messageAt: number, at: number): number {
  const fixedAt = afterName(bytes, at);
  const dataAt = fixedAt + FIXED_BYTES;
  const length = u16(bytes, fixedAt + 8);
  const dataEnd = dataAt + length;
  const type = u16(bytes, fixedAt);
  writeName(out, TAG.Name, bytes, messageAt, at);
  out.uint32(TAG.Type, type);
  out.uint32(TAG.Class, u16(bytes, fixedAt + 2));
  out.uint32Of(TAG.TTL, bytes, fixedAt + 4);
  out.uint32(TAG.DataLength, length);
  out.bytesOf(TAG.Data, bytes, dataAt, dataEnd);
  writeData(out, length === 0 ? NO_DATA : type, bytes, messageAt, dataAt, dataEnd);
  return dataEnd;
}

/** Writes what the data means. As in the original, SOA, SRV and MX are there in every record. */
function writeData(
  out: WireWriter,
  type: number,
  bytes: Uint8Array,
  messageAt: number,
  at: number,
  end: number,
): void {
  if (type === TYPE_A && end - at === 4) out.ipText(TAG.IP, bytes, at, 4);
  if (type === TYPE_AAAA && end - at === 16) out.ipText(TAG.IP, bytes, at, 16);
  if (type === TYPE_NS) writeName(out, TAG.NS, bytes, messageAt, at);
  if (type === TYPE_CNAME) writeName(out, TAG.CNAME, bytes, messageAt, at);
  if (type === TYPE_PTR) writeName(out, TAG.PTR, bytes, messageAt, at);
  const soa = out.open(TAG.SOA);
  if (type === TYPE_SOA) writeSoa(out, bytes, messageAt, at);
  out.close(soa);
  const srv = out.open(TAG.SRV);
  if (type === TYPE_SRV) {
    out.uint32(SRV_TAG.Priority, u16(bytes, at));
    out.uint32(SRV_TAG.Weight, u16(bytes, at + 2));
    out.uint32(SRV_TAG.Port, u16(bytes, at + 4));
    writeName(out, SRV_TAG.Name, bytes, messageAt, at + 6);
  }
  out.close(srv);
  const mx = out.open(TAG.MX);
  if (type === TYPE_MX) {
    out.uint32(MX_TAG.Preference, u16(bytes, at));
    writeName(out, MX_TAG.Name, bytes, messageAt, at + 2);
  }
  out.close(mx);
  if (type === TYPE_TXT || type === TYPE_HINFO) writeStrings(out, bytes, at, end);
}

function writeSoa(out: WireWriter, bytes: Uint8Array, messageAt: number, at: number): void {
  const secondAt = afterName(bytes, at);
  const numbersAt = afterName(bytes, secondAt);
  writeName(out, SOA_TAG.MName, bytes, messageAt, at);
  writeName(out, SOA_TAG.RName, bytes, messageAt, secondAt);
  out.uint32Of(SOA_TAG.Serial, bytes, numbersAt);
  out.uint32Of(SOA_TAG.Refresh, bytes, numbersAt + 4);
  out.uint32Of(SOA_TAG.Retry, bytes, numbersAt + 8);
  out.uint32Of(SOA_TAG.Expire, bytes, numbersAt + 12);
  out.uint32Of(SOA_TAG.Minimum, bytes, numbersAt + 16);
}

/** Character strings, each `length, text`, empty ones too. */
function writeStrings(out: WireWriter, bytes: Uint8Array, at: number, end: number): void {
  while (at < end) {
    const stringEnd = at + 1 + bytes[at]!;
    const string = out.open(TAG.TXTs);
    out.raw(bytes, at + 1, stringEnd);
    out.close(string);
    at = stringEnd;
  }
}
