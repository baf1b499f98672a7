/**
 * Messages with which a sensor changes how the collector knows it, as docs/protocol.md lays them out. All
 * numbers are little-endian. A body that is not one of its type parses to `undefined`.
 */
import { concat, u16le } from "../../base/bytes/bytes.ts";
import { MAX_NAME_BYTES } from "../../base/max_name.ts";
import { TOKEN_ID_BYTES, TOKEN_SECRET_BYTES } from "../../seal/access/enrol_token.ts";
import type { ChannelMessage } from "../../seal/channel_message.ts";
import { KEY_BYTES } from "../../seal/key.ts";
import { ENROLLED_HEAD_BYTES, MessageType } from "./session_message.ts";

/** With what a sensor enrols: `id, 16 bytes ‖ secret, 32 bytes`. */
export interface Enrol {
  readonly id: Uint8Array;
  readonly secret: Uint8Array;
}

/** Encodes a wish to enrol. */
export function encodeEnrol({ id, secret }: Enrol): ChannelMessage {
  return { type: MessageType.Enrol, body: concat([id, secret]) };
}

/** Parses a wish to enrol. */
export function parseEnrol(body: Uint8Array): Enrol | undefined {
  if (body.length !== TOKEN_ID_BYTES + TOKEN_SECRET_BYTES) return undefined;
  return { id: body.slice(0, TOKEN_ID_BYTES), secret: body.slice(TOKEN_ID_BYTES) };
}

/** What became of it: `result u8 ‖ 0 u8 ‖ name length u16 ‖ collector's public key, 32 bytes ‖ name`. */
export interface Enrolled {
  /** 0 if it is enrolled, else why not: one of `EnrolResult`. */
  readonly result: number;
  /** The key to connect to from now on, which may be newer than the token. */
  readonly collectorKey: Uint8Array;
  /** Empty unless it is enrolled. */
  readonly name: string;
}

/** Encodes an answer. */
export function encodeEnrolled({ result, collectorKey, name }: Enrolled): ChannelMessage {
  const nameBytes = new TextEncoder().encode(name);
  const head = Uint8Array.of(result, 0, nameBytes.length & 0xff, nameBytes.length >> 8);
  return { type: MessageType.Enrolled, body: concat([head, collectorKey, nameBytes]) };
}

/** Parses an answer. */
export function parseEnrolled(body: Uint8Array): Enrolled | undefined {
  if (body.length < ENROLLED_HEAD_BYTES || body.length > ENROLLED_HEAD_BYTES + MAX_NAME_BYTES) {
    return undefined;
  }
  if (u16le(body, 2) !== body.length - ENROLLED_HEAD_BYTES) return undefined;
  return {
    result: body[0]!,
    collectorKey: body.slice(4, ENROLLED_HEAD_BYTES),
    name: new TextDecoder().decode(body.subarray(ENROLLED_HEAD_BYTES)),
  };
}

/** Encodes a wish for another key: `new public key, 32 bytes`. */
export function encodeRotate(key: Uint8Array): ChannelMessage {
  return { type: MessageType.Rotate, body: key.slice() };
}

/** Parses a wish for another key. */
export function parseRotate(body: Uint8Array): Uint8Array | undefined {
  return body.length === KEY_BYTES ? body.slice() : undefined;
}

/** Encodes what became of it: `result u8`, one of `RotateResult`. */
export function encodeRotated(result: number): ChannelMessage {
  return { type: MessageType.Rotated, body: Uint8Array.of(result) };
}

/** Parses what became of it. */
export function parseRotated(body: Uint8Array): number | undefined {
  return body.length === 1 ? body[0] : undefined;
}

/** Encodes the collector's next key: `public key, 32 bytes`. */
export function encodeNextKey(key: Uint8Array): ChannelMessage {
  return { type: MessageType.NextKey, body: key.slice() };
}
