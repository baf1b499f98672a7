/**
 * Files of a spool: `FCSPOOL ‖ version u8`, then entries, each `length u32 ‖ CRC-32 u32 ‖ entry u64 ‖
 * batch`. Length and CRC-32 (RFC 1952) are of what is behind them. A batch stands there as the body of
 * its message in a session (docs/protocol.md), sealed, with the number 0. Numbers are little-endian.
 */
import { crc32 } from "node:zlib";
import { concat, u32le } from "../../base/bytes/bytes.ts";
import type { PackedBatch } from "../../pack/packed_batch.ts";
import { MAX_BODY_BYTES } from "../../seal/channel_message.ts";
import type { SpooledBatch } from "../../transport/sender/batch_spool.ts";
import { encodeBatch, parseBatch } from "../../transport/session/session_batch.ts";
import { SCHEMA } from "../../transport/session/session_message.ts";

/** How a file begins that this build has written. */
export const SEGMENT_HEADER = concat([new TextEncoder().encode("FCSPOOL"), Uint8Array.of(1)]);

/** A name tells one from 0 on, by a digit. */
export const PRIORITIES = 10;

/** Length and CRC-32. */
const FRAME_BYTES = 8;
const ENTRY_BYTES = 8;
const NAME = /^([0-9])-([0-9]{12})\.spool$/;

/** `2-000000000017.spool`: priority of its batches, and the entry with which it begins. */
export function segmentName(priority: number, entry: number): string {
  return `${priority}-${String(entry).padStart(12, "0")}.spool`;
}

/** What a name says; undefined when it is none of a segment. */
export function parseSegmentName(name: string): { priority: number; entry: number } | undefined {
  const match = NAME.exec(name);
  return match ? { priority: Number(match[1]), entry: Number(match[2]) } : undefined;
}

/** What a file is, by its beginning: one that a crash cut off there is torn. */
export function kindOf(bytes: Uint8Array): "segment" | "newer" | "torn" | "foreign" {
  const magic = SEGMENT_HEADER.subarray(0, -1);
  if (!bytes.subarray(0, magic.length).every((byte, at) => byte === magic[at])) {
    return bytes.every((byte) => byte === 0) ? "torn" : "foreign";
  }
  if (bytes.length < SEGMENT_HEADER.length) return "torn";
  const version = bytes[magic.length]!;
  return version === SEGMENT_HEADER.at(-1) ? "segment" : version === 0 ? "torn" : "newer";
}

/** Encodes an entry. */
export function encodeEntry(entry: number, batch: PackedBatch): Uint8Array {
  const { body } = encodeBatch(SCHEMA, 0n, batch);
  const bytes = new Uint8Array(FRAME_BYTES + ENTRY_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(FRAME_BYTES, BigInt(entry), true);
  bytes.set(body, FRAME_BYTES + ENTRY_BYTES);
  view.setUint32(0, ENTRY_BYTES + body.length, true);
  view.setUint32(4, crc32(bytes.subarray(FRAME_BYTES)), true);
  return bytes;
}

/** An entry, and where the next one begins. */
export interface ReadEntry {
  readonly batch: SpooledBatch;
  readonly end: number;
}

/** The entry at a place; undefined where there is no whole one. Its body is a copy, or all of `bytes`. */
export function parseEntry(bytes: Uint8Array, at: number): ReadEntry | undefined {
  if (at + FRAME_BYTES + ENTRY_BYTES > bytes.length) return undefined;
  const length = u32le(bytes, at);
  const begin = at + FRAME_BYTES;
  const end = begin + length;
  if (length <= ENTRY_BYTES || length > ENTRY_BYTES + MAX_BODY_BYTES || end > bytes.length) {
    return undefined;
  }
  if (crc32(bytes.subarray(begin, end)) !== u32le(bytes, at + 4)) return undefined;
  const entry = Number(new DataView(bytes.buffer, bytes.byteOffset + begin).getBigUint64(0, true));
  const parsed = parseBatch(SCHEMA, bytes.subarray(begin + ENTRY_BYTES, end));
  if (!parsed?.isSealed) return undefined;
  const { sequence: _sequence, digest: _digest, ...batch } = parsed;
  return { batch: { ...batch, entry }, end };
}
