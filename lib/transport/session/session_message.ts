/**
 * The messages of a session, as docs/protocol.md lays them out. All numbers are little-endian. A
 * body that is not one of its type parses to `undefined`: the other side's bytes never throw.
 */
import { concat, u16le, u32le } from "../../base/bytes/bytes.ts";
import { MAX_NAME_BYTES } from "../../base/max_name.ts";
import { MAX_PARTS } from "../../pack/packed_batch.ts";
import { TOKEN_ID_BYTES, TOKEN_SECRET_BYTES } from "../../seal/access/enrol_token.ts";
import { type ChannelMessage, MAX_BODY_BYTES } from "../../seal/channel_message.ts";
import { KEY_BYTES } from "../../seal/key.ts";
import {
  type CollectorValues,
  encodeCollectorValues,
  encodeSensorValues,
  MAX_VALUES_BYTES,
  parseCollectorValues,
  parseSensorValues,
  type SensorValues,
} from "./session_values.ts";

/** Types of messages; those from 16 on belong to the channel. */
export const MessageType = {
  Hello: 1,
  Welcome: 2,
  Rejected: 3,
  Batch: 4,
  Stored: 5,
  Want: 6,
  Release: 7,
  Bye: 9,
  Offer: 10,
  Enrol: 11,
  Enrolled: 12,
  Rotate: 13,
  Rotated: 14,
  NextKey: 15,
  // 16 to 18 are the channel's.
  AskTime: 19,
  Time: 20,
} as const;

/** What a part of a batch takes of the credit besides the message's body: what it costs to keep it. */
export const PART_OVERHEAD_BYTES = 512;
/** The most that a batch takes of the credit. */
export const MAX_BATCH_COST = MAX_BODY_BYTES + MAX_PARTS * PART_OVERHEAD_BYTES;
/** Credit that each sensor is granted at first, and keeps when it has nothing to send. */
export const BASE_CREDIT_BYTES = 64 << 10;
/** What a sensor and a collector of 0.1.0 speak: no offer, no values, batches without minute and digest. */
export const FIRST_SCHEMA = 1;
/** What this build speaks where the other end does too. */
export const SCHEMA = 2;

/** Why a collector ends a connection. */
export const Rejection = {
  Violation: 1,
  UnknownKey: 2,
  Revoked: 3,
  Fork: 4,
  Fenced: 5,
  Busy: 6,
  Schema: 7,
  StoreFailed: 8,
} as const;

/** What is said of these reasons. */
export const REJECTION_WORDS: Readonly<Record<number, string>> = {
  [Rejection.Violation]: "the protocol was broken",
  [Rejection.UnknownKey]: "the key of this sensor is not one that may send",
  [Rejection.Revoked]: "this sensor may not send any more",
  [Rejection.Fork]: "two sensors use the same session",
  [Rejection.Fenced]: "a newer connection of the same session took its place",
  [Rejection.Busy]: "too many sessions of this name are connected",
  [Rejection.Schema]: "the records are of another schema",
  [Rejection.StoreFailed]: "the collector cannot store",
};

const HELLO_BYTES = 32;
const WELCOME_BYTES = 18;
const REJECTED_BYTES = 9;
const STORED_BYTES = 16;
const WANT_BYTES = 8;
const RELEASE_BYTES = 4;
const TIME_BYTES = 8;
/** Of an answer to who enrols, in front of the name. */
export const ENROLLED_HEAD_BYTES = 4 + KEY_BYTES;
/** The longest body of a message, but of a batch: for that there has to be credit. */
export const LONGEST_BODY_BYTES: ReadonlyMap<number, number> = new Map([
  [MessageType.Hello, HELLO_BYTES + MAX_NAME_BYTES],
  [MessageType.Welcome, WELCOME_BYTES + MAX_NAME_BYTES + MAX_VALUES_BYTES],
  [MessageType.Rejected, REJECTED_BYTES],
  [MessageType.Stored, STORED_BYTES],
  [MessageType.Want, WANT_BYTES],
  [MessageType.Release, RELEASE_BYTES],
  [MessageType.Bye, 0],
  [MessageType.Offer, MAX_VALUES_BYTES],
  [MessageType.Enrol, TOKEN_ID_BYTES + TOKEN_SECRET_BYTES],
  [MessageType.Enrolled, ENROLLED_HEAD_BYTES + MAX_NAME_BYTES],
  [MessageType.Rotate, KEY_BYTES],
  [MessageType.Rotated, 1],
  [MessageType.NextKey, KEY_BYTES],
  [MessageType.AskTime, 0],
  [MessageType.Time, TIME_BYTES],
]);

/**
 * What a sensor begins with: `schema u32 ‖ 0 u16 ‖ name length u16 ‖ session u64 ‖ oldest u64 ‖
 * next u64 ‖ name`.
 */
export interface Hello {
  readonly schema: number;
  /** The sensor's choice, random, not 0. */
  readonly session: bigint;
  /** Lowest sequence number that the sensor still holds; `next` when it holds none. */
  readonly oldest: bigint;
  /** The sequence number that its next new batch will have; the first is 1. */
  readonly next: bigint;
  /** The name it would like. */
  readonly name: string;
}

/** Encodes a hello. */
export function encodeHello({ schema, session, oldest, next, name }: Hello): ChannelMessage {
  const nameBytes = new TextEncoder().encode(name);
  if (nameBytes.length > MAX_NAME_BYTES) {
    throw new RangeError(`A name has at most ${MAX_NAME_BYTES} bytes, not ${nameBytes.length}`);
  }
  const { body, view } = create(HELLO_BYTES);
  view.setUint32(0, schema, true);
  view.setUint16(6, nameBytes.length, true);
  view.setBigUint64(8, session, true);
  view.setBigUint64(16, oldest, true);
  view.setBigUint64(24, next, true);
  return { type: MessageType.Hello, body: concat([body, nameBytes]) };
}

/** Parses a hello; sequence numbers that cannot be are no hello. */
export function parseHello(body: Uint8Array): Hello | undefined {
  if (body.length < HELLO_BYTES || u16le(body, 4) !== 0) return undefined;
  const nameBytes = body.subarray(HELLO_BYTES);
  if (nameBytes.length !== u16le(body, 6) || nameBytes.length > MAX_NAME_BYTES) return undefined;
  const name = parseText(nameBytes);
  const view = viewOf(body);
  const session = view.getBigUint64(8, true);
  const oldest = view.getBigUint64(16, true);
  const next = view.getBigUint64(24, true);
  if (name === undefined || session === 0n || oldest === 0n || oldest > next) return undefined;
  return { schema: view.getUint32(0, true), session, oldest, next, name };
}

/** Encodes what a sensor of schema 2 says behind its hello. */
export function encodeOffer(values: SensorValues): ChannelMessage {
  return { type: MessageType.Offer, body: encodeSensorValues(values) };
}

/** Parses an offer. */
export function parseOffer(body: Uint8Array): SensorValues | undefined {
  return parseSensorValues(body);
}

/** How the collector accepts: `settled u64 ‖ credit u64 ‖ name length u16 ‖ name ‖ values`. */
export interface Welcome {
  /** All batches up to this sequence number are settled. */
  readonly settled: bigint;
  /** Bytes of batch messages that may be sent on this connection, see {@linkcode Stored}. */
  readonly credit: bigint;
  /** The name that the sensor has here. */
  readonly name: string;
  /** To a hello of schema 2. */
  readonly values?: CollectorValues;
}

/** Encodes a welcome. */
export function encodeWelcome({ settled, credit, name, values }: Welcome): ChannelMessage {
  const nameBytes = new TextEncoder().encode(name);
  const { body, view } = create(WELCOME_BYTES);
  view.setBigUint64(0, settled, true);
  view.setBigUint64(8, credit, true);
  view.setUint16(16, nameBytes.length, true);
  const behind = values ? [encodeCollectorValues(values)] : [];
  return { type: MessageType.Welcome, body: concat([body, nameBytes, ...behind]) };
}

/** Parses the welcome to a hello of that schema. */
export function parseWelcome(body: Uint8Array, schema: number): Welcome | undefined {
  if (body.length < WELCOME_BYTES) return undefined;
  const nameEnd = WELCOME_BYTES + u16le(body, 16);
  const nameBytes = body.subarray(WELCOME_BYTES, nameEnd);
  const name = parseText(nameBytes);
  if (name === undefined || nameBytes.length > MAX_NAME_BYTES) return undefined;
  const view = viewOf(body);
  const welcome = { settled: view.getBigUint64(0, true), credit: view.getBigUint64(8, true), name };
  if (schema === FIRST_SCHEMA) return nameEnd === body.length ? welcome : undefined;
  const values = nameEnd <= body.length ? parseCollectorValues(body.subarray(nameEnd)) : undefined;
  return values && { ...welcome, values };
}

/** Why the collector ends the connection: `reason u8 ‖ settled u64`. */
export interface Rejected {
  /** One of {@linkcode Rejection}. */
  readonly reason: number;
  /** For a fork: what of the session is settled; else 0. */
  readonly settled: bigint;
}

/** Encodes a rejection. */
export function encodeRejected({ reason, settled }: Rejected): ChannelMessage {
  const { body, view } = create(REJECTED_BYTES);
  view.setUint8(0, reason);
  view.setBigUint64(1, settled, true);
  return { type: MessageType.Rejected, body };
}

/** Parses a rejection. */
export function parseRejected(body: Uint8Array): Rejected | undefined {
  if (body.length !== REJECTED_BYTES) return undefined;
  return { reason: body[0]!, settled: viewOf(body).getBigUint64(1, true) };
}

/** What the collector has on disk, and what it will take: `settled u64 ‖ credit u64`. */
export interface Stored {
  /** All batches up to this sequence number are stored or refused, durably. */
  readonly settled: bigint;
  /** Bytes of batch messages that may be sent on this connection, from its beginning on. */
  readonly credit: bigint;
}

/** Encodes what is stored. */
export function encodeStored({ settled, credit }: Stored): ChannelMessage {
  const { body, view } = create(STORED_BYTES);
  view.setBigUint64(0, settled, true);
  view.setBigUint64(8, credit, true);
  return { type: MessageType.Stored, body };
}

/** Parses what is stored. */
export function parseStored(body: Uint8Array): Stored | undefined {
  if (body.length !== STORED_BYTES) return undefined;
  const view = viewOf(body);
  return { settled: view.getBigUint64(0, true), credit: view.getBigUint64(8, true) };
}

/** For what a sensor wants credit: `next u32 ‖ all u32`. */
export interface Want {
  /** What its next batch takes. */
  readonly next: number;
  /** What all its waiting batches take together; at least `next`. */
  readonly all: number;
}

/** Encodes a wish for credit. */
export function encodeWant({ next, all }: Want): ChannelMessage {
  const { body, view } = create(WANT_BYTES);
  view.setUint32(0, next, true);
  view.setUint32(4, Math.min(all, 0xffff_ffff), true);
  return { type: MessageType.Want, body };
}

/** Parses a wish for credit. */
export function parseWant(body: Uint8Array): Want | undefined {
  if (body.length !== WANT_BYTES) return undefined;
  const next = u32le(body, 0);
  const all = u32le(body, 4);
  return next <= all && next <= MAX_BATCH_COST ? { next, all } : undefined;
}

/** Encodes that a sensor gives `bytes` of its credit back: `bytes u32`. They count as sent. */
export function encodeRelease(bytes: number): ChannelMessage {
  const { body, view } = create(RELEASE_BYTES);
  view.setUint32(0, bytes, true);
  return { type: MessageType.Release, body };
}

/** Parses what is given back. */
export function parseRelease(body: Uint8Array): number | undefined {
  return body.length === RELEASE_BYTES ? u32le(body, 0) : undefined;
}

/** The collector asks what time it is at the sensor. No body. */
export const ASK_TIME: ChannelMessage = { type: MessageType.AskTime, body: new Uint8Array(0) };

/** Encodes the sensor's time, nanoseconds since 1970: `time i64`. */
export function encodeTime(time: bigint): ChannelMessage {
  const { body, view } = create(TIME_BYTES);
  view.setBigInt64(0, time, true);
  return { type: MessageType.Time, body };
}

/** Parses the sensor's time. */
export function parseTime(body: Uint8Array): bigint | undefined {
  return body.length === TIME_BYTES ? viewOf(body).getBigInt64(0, true) : undefined;
}

/** The end of a session from a sensor, of a connection from a collector. No body. */
export const BYE: ChannelMessage = { type: MessageType.Bye, body: new Uint8Array(0) };

function create(length: number): { body: Uint8Array; view: DataView } {
  const body = new Uint8Array(length);
  return { body, view: viewOf(body) };
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

function parseText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
