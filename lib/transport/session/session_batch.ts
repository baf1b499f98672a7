/**
 * The message of a batch, as docs/protocol.md lays it out for either schema. All numbers are
 * little-endian. A body that is none parses to `undefined`.
 */
import { u16le } from "../../base/bytes/bytes.ts";
import { DIGEST_BYTES, digestOf } from "../../pack/digest.ts";
import { type BatchPart, Encoding, MAX_PARTS, type PackedBatch } from "../../pack/packed_batch.ts";
import type { ChannelMessage } from "../../seal/channel_message.ts";
import { FIRST_SCHEMA, MessageType, PART_OVERHEAD_BYTES } from "./session_message.ts";

/** A batch with its place in the session. */
export interface NumberedBatch extends PackedBatch {
  readonly sequence: bigint;
  /** What the sensor says is the digest of the body; none in schema 1. */
  readonly digest?: Uint8Array;
  /** What a sealed batch holds; undefined when it could not be opened. */
  readonly opened?: Uint8Array;
}

const BATCH_1_BYTES = 44;
/** In front of the parts. */
export const BATCH_HEAD_BYTES = 48;
/** Each part there. */
export const PART_BYTES = 8;
const FLAGS_AT = 13;
const DIGEST_AT = 40;
const CONTAINS_PAYLOADS = 1;
const SEALED = 2;

/** Encodes a batch for a session of that schema. @throws RangeError When that cannot carry it. */
export function encodeBatch(schema: number, sequence: bigint, batch: PackedBatch): ChannelMessage {
  const encode = schema === FIRST_SCHEMA ? encodeBatch1 : encodeBatch2;
  return { type: MessageType.Batch, body: encode(sequence, batch) };
}

/** Parses a batch; its `body` is a view of the message's, or a copy where that is part of much more. */
export function parseBatch(schema: number, body: Uint8Array): NumberedBatch | undefined {
  return schema === FIRST_SCHEMA ? parseBatch1(body) : parseBatch2(body);
}

/** Bytes of the body of a batch's message. */
export function batchBytes(schema: number, { parts, body }: PackedBatch): number {
  const head = schema === FIRST_SCHEMA
    ? BATCH_1_BYTES
    : BATCH_HEAD_BYTES + PART_BYTES * parts.length;
  return head + body.length;
}

/** Whether the body of a batch's message, of schema 2, says that it is sealed. */
export function isSealed(body: Uint8Array): boolean {
  return (body[FLAGS_AT]! & SEALED) !== 0;
}

/** Bytes of credit that a batch takes. */
export function batchCost(schema: number, batch: PackedBatch): number {
  return PART_OVERHEAD_BYTES * batch.parts.length + batchBytes(schema, batch);
}

/**
 * `sequence u64 ‖ type u32 ‖ encoding u8 ‖ flags u8 ‖ 0 u16 ‖ count u32 ‖ first time i64 ‖ last time
 * i64 ‖ CRC-32 u32 ‖ length of the records u32 ‖ body`.
 */
function encodeBatch1(sequence: bigint, batch: PackedBatch): Uint8Array {
  const { parts: [part, ...others], encoding } = batch;
  if (!part || others.length > 0 || encoding !== Encoding.Delimited || batch.isSealed) {
    throw new RangeError("Cannot send such a batch in a session of schema 1");
  }
  const { message, view } = create(BATCH_1_BYTES, batch.body);
  view.setBigUint64(0, sequence, true);
  view.setUint32(8, part.type, true);
  view.setUint8(12, encoding);
  view.setUint8(13, flagsOf(batch));
  view.setUint32(16, part.count, true);
  view.setBigInt64(20, batch.firstTime, true);
  view.setBigInt64(28, batch.lastTime, true);
  view.setUint32(36, batch.crc, true);
  view.setUint32(40, batch.recordBytes, true);
  return message;
}

function parseBatch1(body: Uint8Array): NumberedBatch | undefined {
  if (body.length <= BATCH_1_BYTES || body[12] !== Encoding.Delimited) return undefined;
  if (body[FLAGS_AT]! & ~CONTAINS_PAYLOADS || u16le(body, 14) !== 0) return undefined;
  const view = viewOf(body);
  return {
    sequence: view.getBigUint64(0, true),
    parts: [{ type: view.getUint32(8, true), count: view.getUint32(16, true) }],
    encoding: Encoding.Delimited,
    minute: 0,
    containsPayloads: body[FLAGS_AT] === CONTAINS_PAYLOADS,
    firstTime: view.getBigInt64(20, true),
    lastTime: view.getBigInt64(28, true),
    crc: view.getUint32(36, true),
    recordBytes: view.getUint32(40, true),
    body: compact(body.subarray(BATCH_1_BYTES)),
  };
}

/**
 * `sequence u64 ‖ minute u32 ‖ encoding u8 ‖ flags u8 ‖ parts u8 ‖ 0 u8 ‖ first time i64 ‖ last time
 * i64 ‖ CRC-32 u32 ‖ length u32 ‖ digest, 8 bytes ‖ parts, each type u32 ‖ count u32 ‖ body`.
 */
function encodeBatch2(sequence: bigint, batch: PackedBatch): Uint8Array {
  const { parts, body } = batch;
  if (parts.length < 1 || parts.length > MAX_PARTS) {
    throw new RangeError(`A batch has 1 to ${MAX_PARTS} parts, not ${parts.length}`);
  }
  const { message, view } = create(BATCH_HEAD_BYTES + PART_BYTES * parts.length, body);
  view.setBigUint64(0, sequence, true);
  view.setUint32(8, batch.minute, true);
  view.setUint8(12, batch.encoding);
  view.setUint8(13, flagsOf(batch));
  view.setUint8(14, parts.length);
  view.setBigInt64(16, batch.firstTime, true);
  view.setBigInt64(24, batch.lastTime, true);
  view.setUint32(32, batch.crc, true);
  view.setUint32(36, batch.recordBytes, true);
  message.set(digestOf(body), DIGEST_AT);
  for (const [n, { type, count }] of parts.entries()) {
    view.setUint32(BATCH_HEAD_BYTES + PART_BYTES * n, type, true);
    view.setUint32(BATCH_HEAD_BYTES + PART_BYTES * n + 4, count, true);
  }
  return message;
}

function parseBatch2(body: Uint8Array): NumberedBatch | undefined {
  const encoding = body[12];
  if (body.length <= BATCH_HEAD_BYTES) return undefined;
  if (encoding !== Encoding.Delimited && encoding !== Encoding.Compact) return undefined;
  if (body[FLAGS_AT]! & ~(CONTAINS_PAYLOADS | SEALED) || body[15] !== 0) return undefined;
  const view = viewOf(body);
  const bodyAt = BATCH_HEAD_BYTES + PART_BYTES * body[14]!;
  const maxParts = encoding === Encoding.Delimited ? 1 : MAX_PARTS;
  if (body[14]! < 1 || body[14]! > maxParts || body.length <= bodyAt) return undefined;
  const parts: BatchPart[] = [];
  for (let at = BATCH_HEAD_BYTES; at < bodyAt; at += PART_BYTES) {
    const type = view.getUint32(at, true);
    if (parts.length > 0 && type <= parts.at(-1)!.type) return undefined;
    parts.push({ type, count: view.getUint32(at + 4, true) });
  }
  return {
    sequence: view.getBigUint64(0, true),
    parts,
    encoding,
    minute: view.getUint32(8, true),
    containsPayloads: (body[FLAGS_AT]! & CONTAINS_PAYLOADS) !== 0,
    ...(isSealed(body) && { isSealed: true }),
    firstTime: view.getBigInt64(16, true),
    lastTime: view.getBigInt64(24, true),
    crc: view.getUint32(32, true),
    recordBytes: view.getUint32(36, true),
    digest: body.slice(DIGEST_AT, DIGEST_AT + DIGEST_BYTES),
    body: compact(body.subarray(bodyAt)),
  };
}

function flagsOf({ containsPayloads, isSealed = false }: PackedBatch): number {
  return (containsPayloads ? CONTAINS_PAYLOADS : 0) | (isSealed ? SEALED : 0);
}

function create(headBytes: number, body: Uint8Array): { message: Uint8Array; view: DataView } {
  const message = new Uint8Array(headBytes + body.length);
  message.set(body, headBytes);
  return { message, view: viewOf(message) };
}

/** The same bytes, not keeping a buffer alive that is more than twice as long. */
function compact(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > 2 * bytes.length ? bytes.slice() : bytes;
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
