/**
 * Domain names in DNS messages: labels (`length, text`) up to the root's zero byte, or up to a
 * pointer to where the rest of the name was written before. RFC 1035, sections 3.1 and 4.1.4.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import type { Tag } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";

/** In place of a position: the message ends before what was to be read does. */
export const CUT_SHORT = -1;
/** In place of a position: no message may hold this. */
export const MALFORMED = -2;

export const DNS_HEADER_BYTES = 12;

/** With the length bytes and the root. */
const MAX_NAME_BYTES = 255;
/** Lengths from here on are not of labels but reserved ... */
const RESERVED = 0x40;
/** ... or, from here on, the first byte of a pointer. */
const POINTER = 0xc0;
const POINTER_BYTES = 2;
const DOT = 0x2e;

/**
 * How many labels and pointers all names of one message may have together, each counted as often as
 * it is passed. Real messages have about two a byte at most (many records of one long `ip6.arpa`
 * name), and the longest has 65,535 bytes.
 */
const MAX_STEPS = 1 << 18;

/**
 * Checks the names of one message. A pointer is followed only to before the labels that led to it,
 * so that every name ends, and the steps of a message are counted, so that its names take a bounded
 * time however they point. One object serves all messages.
 */
export class DnsNames {
  /** The buffer that holds the message; not owned. */
  bytes: Uint8Array = new Uint8Array(0);
  /** How many of the questions or records that were looked at last are whole. */
  whole = 0;
  /** Whether the message ended within them or before them. */
  isCut = false;
  #messageAt = 0;
  #stepsLeft = 0;

  /** Turns to the message at `messageAt`. */
  begin(bytes: Uint8Array, messageAt: number): void {
    this.bytes = bytes;
    this.#messageAt = messageAt;
    this.#stepsLeft = MAX_STEPS;
    this.isCut = false;
  }

  /** Where the name at `at`, which has to end by `end`, ends; `CUT_SHORT` or `MALFORMED`. */
  endOfName(at: number, end: number): number {
    const { bytes } = this;
    let nameEnd = 0; // behind the first pointer
    let labelsAt = at;
    let nameBytes = 1; // the root
    while (at < end) {
      if (--this.#stepsLeft < 0) return MALFORMED;
      const length = bytes[at]!;
      if (length === 0) return nameEnd || at + 1;
      if (length < RESERVED) {
        at += 1 + length;
        nameBytes += 1 + length;
        if (nameBytes > MAX_NAME_BYTES) return MALFORMED;
      } else if (length >= POINTER) {
        if (at + POINTER_BYTES > end) break;
        nameEnd ||= at + POINTER_BYTES;
        at = target(bytes, this.#messageAt, at);
        if (at < this.#messageAt + DNS_HEADER_BYTES || at >= labelsAt) return MALFORMED;
        labelsAt = at;
      } else {
        return MALFORMED;
      }
    }
    return CUT_SHORT;
  }
}

/** Where a name that `endOfName` accepted ends. */
export function afterName(bytes: Uint8Array, at: number): number {
  while (bytes[at] !== 0) {
    if (bytes[at]! >= POINTER) return at + POINTER_BYTES;
    at += 1 + bytes[at]!;
  }
  return at + 1;
}

/** Writes a name that `endOfName` accepted: labels as they are with dots between; nothing for the root. */
export function writeName(
  out: WireWriter,
  tag: Tag<Uint8Array>,
  bytes: Uint8Array,
  messageAt: number,
  at: number,
): void {
  at = labelAt(bytes, messageAt, at);
  if (bytes[at] === 0) return;
  const name = out.open(tag);
  while (true) {
    const labelEnd = at + 1 + bytes[at]!;
    out.raw(bytes, at + 1, labelEnd);
    at = labelAt(bytes, messageAt, labelEnd);
    if (bytes[at] === 0) break;
    out.byte(DOT);
  }
  out.close(name);
}

/** Follows the pointers at `at`, if any, of a name that `endOfName` accepted to a label or the root. */
export function labelAt(bytes: Uint8Array, messageAt: number, at: number): number {
  while (bytes[at]! >= POINTER) at = target(bytes, messageAt, at);
  return at;
}

function target(bytes: Uint8Array, messageAt: number, pointerAt: number): number {
  return messageAt + (u16(bytes, pointerAt) & 0x3fff);
}
