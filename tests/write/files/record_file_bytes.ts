/**
 * Record files for tests, put together byte by byte from docs/protocol.md and the original's format
 * description, without the code under test.
 */
import { createHash } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import { concat } from "../../../lib/base/bytes/bytes.ts";

/** NC_UDP, as the header record names it. */
const UDP = 37;

/** A header record (source "eth0", v0.6.11), framed. */
export function headerRecord(type = UDP): Uint8Array<ArrayBuffer> {
  return frame(Uint8Array.of(
    ...[0x12, 4, ...new TextEncoder().encode("eth0")],
    ...[0x18, ...varint(BigInt(type))],
    ...[0x22, 7, ...new TextEncoder().encode("v0.6.11")],
  ));
}

/** A UDP record with a time (ns) and a source port. */
export function udpRecord(time: bigint, port: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(0x08, ...varint(time), 0x10, ...varint(BigInt(port)));
}

function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}

/** A record with its length in front. */
export function frame(record: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat([Uint8Array.from(varint(BigInt(record.length))), record]);
}

/** A gzip member around `data` as other programs write it. */
export function gzipMember(data: Uint8Array, header = GO_HEADER): Uint8Array<ArrayBuffer> {
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(data), true);
  trailer.setUint32(4, data.length, true);
  return concat([header, deflateRawSync(data), new Uint8Array(trailer.buffer)]);
}

/** As the original's compressor writes it. */
const GO_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 9, 0x6e, 0x88, 4, 0xff);

/** What a member of ours says of its records. */
interface Claims {
  readonly count?: number;
  readonly first?: bigint;
  readonly last?: bigint;
}

/** Bytes of the subfield, by version. */
const SUBFIELD_BYTES = { 1: 72, 2: 76 };
type Version = keyof typeof SUBFIELD_BYTES;

/** A member of ours around framed records. */
export function ourMember(
  data: Uint8Array,
  claims: Claims = {},
  version: Version = 1,
): Uint8Array<ArrayBuffer> {
  const length = SUBFIELD_BYTES[version];
  const extra = new DataView(new ArrayBuffer(6 + length));
  const plain = gzipMember(data, new Uint8Array(0));
  const bytes = new Uint8Array(extra.buffer);
  bytes.set([length + 4, 0, 0x46, 0x43, length, 0, version]);
  if (version === 2) bytes.set([1, 1], 6 + 2); // part 1 of 1
  extra.setUint32(6 + 4, 10 + 6 + length + plain.length, true);
  extra.setUint32(6 + 24, claims.count ?? 0, true);
  extra.setBigInt64(6 + 28, claims.first ?? 0n, true);
  extra.setBigInt64(6 + 36, claims.last ?? 0n, true);
  if (version === 1) bytes.set(createHash("sha256").update(data).digest().subarray(0, 8), 6 + 52);
  const crcAt = 6 + length - 4;
  extra.setUint32(crcAt, crc32(bytes.subarray(6, crcAt)), true);
  return concat([Uint8Array.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff), bytes, plain]);
}

/** A file of ours with one batch of UDP records for each list of times. */
export function ourFile(
  batches: readonly (readonly bigint[])[],
  version: Version = 1,
): Uint8Array<ArrayBuffer> {
  const first = ourMember(headerRecord(), {}, version);
  return concat([first, ...batches.map((times) => batchMember(times, version))]);
}

/** A member of ours with UDP records of these times. */
export function batchMember(
  times: readonly bigint[],
  version: Version = 1,
): Uint8Array<ArrayBuffer> {
  const data = concat(times.map((time, port) => frame(udpRecord(time, port + 1))));
  const sorted = times.toSorted((a, b) => a < b ? -1 : 1);
  const claims = { count: times.length, first: sorted[0], last: sorted.at(-1) };
  return ourMember(data, claims, version);
}
