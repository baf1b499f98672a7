/**
 * The gzip members that a record file of ours is a row of: ordinary members to any gzip reader, and
 * each one tells in its FEXTRA field where it ends and where its records come from.
 *
 * ```
 *  0  1f 8b 08 04  00 00 00 00  00  ff    deflate, FEXTRA and no other flag, no time, OS unknown
 * 10  76 u16       "F" "C"  72 u16        one subfield
 * 16  payload, 72 bytes
 *       0 version, 1              u8      36 last record time      i64
 *       1 reason, 0 = stored      u8      44 arrival time          i64
 *       2 zero                    u16     52 digest of the records, 8 bytes
 *       4 bytes of the member     u32     60 settled sequence      u64
 *       8 session, 0 = none       u64     68 CRC-32 of payload bytes 0 to 67
 *      16 sequence                u64
 *      24 records                 u32
 *      28 first record time       i64
 * 88  raw deflate body
 *     CRC-32 u32, length u32              of the records, as in any gzip member
 * ```
 * All numbers are little-endian, all times nanoseconds since 1970.
 */
import { crc32 } from "node:zlib";
import { equalBytes, u32le } from "../base/bytes.ts";
import { DIGEST_BYTES, digestOf } from "./digest.ts";
import { deflateRaw, inflateRaw } from "./gzip.ts";

/** Where a member's records come from; the writer of the member vouches for it. */
export interface MemberOrigin {
  /** 0 when the records are stored, else why they are not. */
  readonly reason: number;
  /** The session that brought them; 0 when none did. */
  readonly session: bigint;
  /** Number of the batch in the session; 0 without one. */
  readonly sequence: bigint;
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

/** A member's header as read. */
export interface MemberHeader extends MemberOrigin {
  /** Bytes of the whole member, header and trailer included. */
  readonly length: number;
  /** First 8 bytes of the SHA-256 of the records. */
  readonly digest: Uint8Array;
}

/**
 * Why there is no header at a position: the bytes end inside it, they are not the beginning of a
 * member of ours (of this version), or they are and do not hold what was written.
 */
export type MemberProblem = "cut short" | "foreign" | "damaged";

/** From the first byte of a member to its deflate body. */
export const MEMBER_HEADER_BYTES = 88;
/** Behind the body. */
export const MEMBER_TRAILER_BYTES = 8;
/** All of a member but its body. */
export const MEMBER_OVERHEAD_BYTES = MEMBER_HEADER_BYTES + MEMBER_TRAILER_BYTES;
/** A member without records: a deflate stream of nothing takes two bytes. */
export const MIN_MEMBER_BYTES = MEMBER_OVERHEAD_BYTES + 2;
/** No member holds more bytes of records. */
export const MAX_MEMBER_RECORDS_BYTES = 1 << 24;

/**
 * A writer of members syncs after at most so many bytes (or one member): what a crash may have torn
 * begins no further from a file's end.
 */
export const MAX_UNSYNCED_BYTES = 1 << 20;

const VERSION = 1;
/** What every header begins with: gzip header, field length, name and length of the subfield. */
// deno-fmt-ignore
const PREFIX = Uint8Array.of(
  0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 76, 0, 0x46, 0x43, 72, 0, VERSION,
);
const PAYLOAD_AT = 16;
const PAYLOAD_CRC_AT = 84;
const DIGEST_AT = 68;

/** Framed records as a member holds them, and what it says of them. */
export interface PackedRecords {
  /** Bytes of the records before packing. */
  readonly recordBytes: number;
  /** Their CRC-32. */
  readonly crc: number;
  /** Their {@linkcode digestOf}; of a refused batch, whatever tells it from others. */
  readonly digest: Uint8Array;
  /** The records as one raw deflate stream. */
  readonly body: Uint8Array;
}

/** Packs framed records, unless they are packed already. */
export function packRecords(records: Uint8Array, body = deflateRaw(records)): PackedRecords {
  return { recordBytes: records.length, crc: crc32(records), digest: digestOf(records), body };
}

/** What the member of a refused batch holds: nothing, under the digest of what came. */
export function packNothing(digest: Uint8Array): PackedRecords {
  return { recordBytes: 0, crc: 0, digest, body: Uint8Array.of(3, 0) };
}

/**
 * Builds a member.
 *
 * @param packed At most {@linkcode MAX_MEMBER_RECORDS_BYTES} of records; not checked here but for that.
 */
export function encodeMember(
  origin: MemberOrigin,
  { recordBytes, crc, digest, body }: PackedRecords,
): Uint8Array<ArrayBuffer> {
  if (recordBytes > MAX_MEMBER_RECORDS_BYTES) {
    throw new RangeError(
      `Cannot put ${recordBytes} bytes into a member: the limit is ${MAX_MEMBER_RECORDS_BYTES}`,
    );
  }
  const length = MEMBER_HEADER_BYTES + body.length + MEMBER_TRAILER_BYTES;
  const member = new Uint8Array(length);
  const view = new DataView(member.buffer);
  member.set(PREFIX);
  view.setUint8(17, origin.reason);
  view.setUint32(20, length, true);
  view.setBigUint64(24, origin.session, true);
  view.setBigUint64(32, origin.sequence, true);
  view.setUint32(40, origin.count, true);
  view.setBigInt64(44, origin.firstTime, true);
  view.setBigInt64(52, origin.lastTime, true);
  view.setBigInt64(60, origin.arrival, true);
  member.set(digest, DIGEST_AT);
  view.setBigUint64(76, origin.settled, true);
  view.setUint32(PAYLOAD_CRC_AT, crc32(member.subarray(PAYLOAD_AT, PAYLOAD_CRC_AT)), true);
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
  const available = Math.min(MEMBER_HEADER_BYTES, bytes.length - at);
  for (let i = 0; i < PREFIX.length && i < available; i++) {
    if (bytes[at + i] !== PREFIX[i]) return "foreign";
  }
  if (available < MEMBER_HEADER_BYTES) return "cut short";
  const payload = bytes.subarray(at + PAYLOAD_AT, at + PAYLOAD_CRC_AT);
  if (crc32(payload) !== u32le(bytes, at + PAYLOAD_CRC_AT)) return "damaged";
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, MEMBER_HEADER_BYTES);
  const length = view.getUint32(20, true);
  if (length < MIN_MEMBER_BYTES) return "damaged";
  return {
    reason: view.getUint8(17),
    length,
    session: view.getBigUint64(24, true),
    sequence: view.getBigUint64(32, true),
    count: view.getUint32(40, true),
    firstTime: view.getBigInt64(44, true),
    lastTime: view.getBigInt64(52, true),
    arrival: view.getBigInt64(60, true),
    digest: bytes.slice(at + DIGEST_AT, at + DIGEST_AT + DIGEST_BYTES),
    settled: view.getBigUint64(76, true),
  };
}

/**
 * The framed records of a whole member, checked against its trailer and its header; `"damaged"` when
 * they are not the ones that were written. A refused batch has none, and its digest is not theirs.
 *
 * @param member Exactly the member's bytes: `header.length` of them.
 */
export function unpackMember(member: Uint8Array, header: MemberHeader): Uint8Array | "damaged" {
  const trailerAt = member.length - MEMBER_TRAILER_BYTES;
  const body = member.subarray(MEMBER_HEADER_BYTES, trailerAt);
  const recordBytes = u32le(member, trailerAt + 4);
  const unpacked = inflateRaw(body, MAX_MEMBER_RECORDS_BYTES, recordBytes);
  if ("refusal" in unpacked) return "damaged";
  const { bytes: records } = unpacked;
  const isWhole = u32le(member, trailerAt) === crc32(records) &&
    recordBytes === records.length &&
    (equalBytes(digestOf(records), header.digest) ||
      (header.reason !== 0 && records.length === 0));
  return isWhole ? records : "damaged";
}
