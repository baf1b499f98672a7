/**
 * The gzip members that a record file of ours is a row of: ordinary members to any gzip reader, and
 * each one tells in its FEXTRA field where it ends and where its records come from.
 *
 * ```
 *  0  1f 8b 08 04  00 00 00 00  00  ff    deflate, FEXTRA and no other flag, no time, OS unknown
 * 10  80 u16       "F" "C"  76 u16        one subfield
 * 16  payload, 76 bytes
 *       0 version, 2              u8      36 last record time      i64
 *       1 reason, 0 = stored      u8      44 arrival time          i64
 *       2 part, from 1            u8      52 digest of the batch's body, 8 bytes
 *       3 of so many parts        u8      60 settled sequence      u64
 *       4 bytes of the member     u32     68 minute                u32
 *       8 session, 0 = none       u64     72 CRC-32 of payload bytes 0 to 71
 *      16 sequence                u64
 *      24 records                 u32
 *      28 first record time       i64
 * 92  raw deflate body
 *     CRC-32 u32, length u32              of the records, as in any gzip member
 * ```
 * All numbers are little-endian, all times nanoseconds since 1970. Version 1 ends behind `settled`, has
 * no parts, and its digest is that of the records; it is read and not written any more.
 */
import { crc32 } from "node:zlib";
import { equalBytes, u16le, u32le } from "../base/bytes/bytes.ts";
import { DIGEST_BYTES, digestOf } from "./digest.ts";
import { deflateRaw, inflateRaw } from "./gzip.ts";
import { MAX_PARTS } from "./packed_batch.ts";

/** Where a member's records come from; the writer of the member vouches for it. */
export interface MemberOrigin {
  /** 0 when the records are stored, else why they are not. */
  readonly reason: number;
  /** The session that brought them; 0 when none did. */
  readonly session: bigint;
  /** Number of the batch in the session; 0 without one. */
  readonly sequence: bigint;
  /** Which of the batch's parts this is, from 1, and how many it has; by ascending type. */
  readonly part: number;
  readonly parts: number;
  /** When its sensor closed the batch, in minutes since 1970; 0 when that is not known. */
  readonly minute: number;
  /**
   * First 8 bytes of the SHA-256 of the batch's body as it was sent, all parts of it; in version 1 of
   * the records, or of the body where it was refused. Zeros without session.
   */
  readonly digest: Uint8Array;
  /** Number of audit records; 0 in a file's first member, which holds its `Header`, and when refused. */
  readonly count: number;
  /** Smallest and largest time of the records, as their sender has it; ns. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  /** When the records arrived at the collector; ns. */
  readonly arrival: bigint;
  /** The session's settled sequence when the member was written; 0 without session. */
  readonly settled: bigint;
}

/** Of a member that no session has brought. */
export const WITHOUT_SESSION = {
  reason: 0,
  session: 0n,
  sequence: 0n,
  part: 1,
  parts: 1,
  minute: 0,
  digest: new Uint8Array(DIGEST_BYTES),
  settled: 0n,
};

/** A member's header as read. */
export interface MemberHeader extends MemberOrigin {
  /** 1 or 2. */
  readonly version: number;
  /** Bytes of the whole member, header and trailer included. */
  readonly length: number;
  /** From its first byte to its deflate body. */
  readonly headerBytes: number;
}

/**
 * Why there is no header at a position: the bytes end inside it, they are not the beginning of a
 * member of ours, they are one that a newer build has written, or they are and do not hold what was
 * written.
 */
export type MemberProblem = "cut short" | "foreign" | "newer" | "damaged";

/** The version that is written. */
export const MEMBER_VERSION = 2;
/** From the first byte of a member to its deflate body, in that version; in the one before it is less. */
export const MEMBER_HEADER_BYTES = 92;
/** Behind the body. */
export const MEMBER_TRAILER_BYTES = 8;
/** All of a member but its body. */
export const MEMBER_OVERHEAD_BYTES = MEMBER_HEADER_BYTES + MEMBER_TRAILER_BYTES;
/** A deflate stream of nothing. */
const EMPTY_BODY_BYTES = 2;
/** A member without records. */
export const MIN_MEMBER_BYTES = MEMBER_OVERHEAD_BYTES + EMPTY_BODY_BYTES;
/** No member holds more bytes of records. */
export const MAX_MEMBER_RECORDS_BYTES = 1 << 24;

/**
 * A writer of members syncs after at most so many bytes (or one member): what a crash may have torn
 * begins no further from a file's end.
 */
export const MAX_UNSYNCED_BYTES = 1 << 20;

/** What every header begins with. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff);
const EXTRA_AT = 10;
const NAME_AT = 12;
const SUBFIELD_NAME = Uint8Array.of(0x46, 0x43);
const SUBFIELD_LENGTH_AT = 14;
const PAYLOAD_AT = 16;
const DIGEST_AT = 68;
const MINUTE_AT = 84;
const CRC_BYTES = 4;
/** Bytes of the payload by version; every version begins with its number and ends with its CRC-32. */
const PAYLOAD_BYTES: readonly (number | undefined)[] = [undefined, 72, 76];

/** Framed records as a member holds them, and what it says of them. */
export interface PackedRecords {
  /** Bytes of the records before packing. */
  readonly recordBytes: number;
  /** Their CRC-32. */
  readonly crc: number;
  /** The records as one raw deflate stream. */
  readonly body: Uint8Array;
}

/** Packs framed records, unless they are packed already. */
export function packRecords(records: Uint8Array, body = deflateRaw(records)): PackedRecords {
  return { recordBytes: records.length, crc: crc32(records), body };
}

/** What the member of a refused batch holds, and a note. */
export const NO_RECORDS: PackedRecords = {
  recordBytes: 0,
  crc: 0,
  body: Uint8Array.of(3, 0),
};

/**
 * Builds a member.
 *
 * @param packed At most {@linkcode MAX_MEMBER_RECORDS_BYTES} of records; not checked here but for that.
 */
export function encodeMember(
  origin: MemberOrigin,
  { recordBytes, crc, body }: PackedRecords,
): Uint8Array<ArrayBuffer> {
  if (recordBytes > MAX_MEMBER_RECORDS_BYTES) {
    throw new RangeError(
      `Cannot put ${recordBytes} bytes into a member: the limit is ${MAX_MEMBER_RECORDS_BYTES}`,
    );
  }
  const length = MEMBER_HEADER_BYTES + body.length + MEMBER_TRAILER_BYTES;
  const member = new Uint8Array(length);
  const view = new DataView(member.buffer);
  const payloadBytes = MEMBER_HEADER_BYTES - PAYLOAD_AT;
  const crcAt = MEMBER_HEADER_BYTES - CRC_BYTES;
  member.set(GZIP_HEADER);
  view.setUint16(EXTRA_AT, MEMBER_HEADER_BYTES - NAME_AT, true);
  member.set(SUBFIELD_NAME, NAME_AT);
  view.setUint16(SUBFIELD_LENGTH_AT, payloadBytes, true);
  view.setUint8(PAYLOAD_AT, MEMBER_VERSION);
  view.setUint8(17, origin.reason);
  view.setUint8(18, origin.part);
  view.setUint8(19, origin.parts);
  view.setUint32(20, length, true);
  view.setBigUint64(24, origin.session, true);
  view.setBigUint64(32, origin.sequence, true);
  view.setUint32(40, origin.count, true);
  view.setBigInt64(44, origin.firstTime, true);
  view.setBigInt64(52, origin.lastTime, true);
  view.setBigInt64(60, origin.arrival, true);
  member.set(origin.digest, DIGEST_AT);
  view.setBigUint64(76, origin.settled, true);
  view.setUint32(MINUTE_AT, origin.minute, true);
  view.setUint32(crcAt, crc32(member.subarray(PAYLOAD_AT, crcAt)), true);
  member.set(body, MEMBER_HEADER_BYTES);
  view.setUint32(length - 8, crc, true);
  view.setUint32(length - 4, recordBytes, true);
  return member;
}

/**
 * Reads the header of the member that begins at `at`. `"cut short"` means that all bytes there are
 * could be the beginning of one; whether the body is whole is not looked at.
 */
export function parseMemberHeader(bytes: Uint8Array, at: number): MemberHeader | MemberProblem {
  const available = bytes.length - at;
  if (!beginsWith(bytes, at, GZIP_HEADER) || !beginsWith(bytes, at + NAME_AT, SUBFIELD_NAME)) {
    return "foreign";
  }
  if (available <= PAYLOAD_AT) return "cut short";
  const version = bytes[at + PAYLOAD_AT]!;
  const payloadBytes = u16le(bytes, at + SUBFIELD_LENGTH_AT);
  if (u16le(bytes, at + EXTRA_AT) !== payloadBytes + PAYLOAD_AT - NAME_AT) return "foreign";
  const isNewer = version > MEMBER_VERSION && payloadBytes > CRC_BYTES;
  if (!isNewer && payloadBytes !== PAYLOAD_BYTES[version]) return "foreign";
  const headerBytes = PAYLOAD_AT + payloadBytes;
  if (available < headerBytes) return "cut short";
  const crcAt = at + headerBytes - CRC_BYTES;
  const isWhole = crc32(bytes.subarray(at + PAYLOAD_AT, crcAt)) === u32le(bytes, crcAt);
  if (isNewer) return isWhole ? "newer" : "foreign";
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, headerBytes);
  const length = view.getUint32(20, true);
  const isFirst = version === 1;
  const part = isFirst ? 1 : view.getUint8(18);
  const parts = isFirst ? 1 : view.getUint8(19);
  if (!isWhole || length < headerBytes + EMPTY_BODY_BYTES + MEMBER_TRAILER_BYTES) return "damaged";
  if (part < 1 || part > parts || parts > MAX_PARTS) return "damaged";
  return {
    version,
    reason: view.getUint8(17),
    part,
    parts,
    length,
    headerBytes,
    session: view.getBigUint64(24, true),
    sequence: view.getBigUint64(32, true),
    count: view.getUint32(40, true),
    firstTime: view.getBigInt64(44, true),
    lastTime: view.getBigInt64(52, true),
    arrival: view.getBigInt64(60, true),
    digest: bytes.slice(at + DIGEST_AT, at + DIGEST_AT + DIGEST_BYTES),
    settled: view.getBigUint64(76, true),
    minute: isFirst ? 0 : view.getUint32(MINUTE_AT, true),
  };
}

/** Whether `bytes[at]` is `prefix`, as far as there are bytes. */
function beginsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length && at + i < bytes.length; i++) {
    if (bytes[at + i] !== prefix[i]) return false;
  }
  return true;
}

/**
 * The framed records of a whole member, checked against its trailer and, in version 1, its header;
 * `"damaged"` when they are not the ones that were written. A refused batch has none.
 *
 * @param member Exactly the member's bytes: `header.length` of them.
 */
export function unpackMember(member: Uint8Array, header: MemberHeader): Uint8Array | "damaged" {
  const trailerAt = member.length - MEMBER_TRAILER_BYTES;
  const body = member.subarray(header.headerBytes, trailerAt);
  const recordBytes = u32le(member, trailerAt + 4);
  const unpacked = inflateRaw(body, MAX_MEMBER_RECORDS_BYTES, recordBytes);
  if ("refusal" in unpacked) return "damaged";
  const { bytes: records } = unpacked;
  const isWhole = u32le(member, trailerAt) === crc32(records) && recordBytes === records.length &&
    (header.version !== 1 || isOfDigest(records, header));
  return isWhole ? records : "damaged";
}

/** In version 1 the digest is that of the records, but for a refused batch, which has none. */
function isOfDigest(records: Uint8Array, { digest, reason }: MemberHeader): boolean {
  return (reason !== 0 && records.length === 0) || equalBytes(digestOf(records), digest);
}
