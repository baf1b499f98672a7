import {
  MAX_IPV6_TEXT_BYTES,
  writeIpv4Text,
  writeIpv6Text,
  writeMacText,
} from "../text/address_text.ts";
import { bits32 } from "../bytes/bytes.ts";
import type { Tag } from "./tags.ts";
import { uvarintBytes, writeUvarint } from "../bytes/uvarint.ts";

/** No record may be larger, whatever a packet makes a decoder write. */
export const MAX_RECORD_BYTES = 1 << 20;

/** Up to here bytes are copied one by one; a view for `set` is faster beyond, but an allocation. */
const MAX_LOOP_BYTES = 256;
/** Upper 32 bits of the first number that takes nine bytes as a varint: a time in 1972, and to 2262. */
const NINE_BYTES_HIGH = 1 << 24;
const DOUBLE = new Float64Array(1);
const DOUBLE_BYTES = new Uint8Array(DOUBLE.buffer);

/**
 * Writes protobuf fields straight into one growing buffer. Zero values are skipped, as proto3 has
 * it; a caller that writes its fields in ascending order gets the canonical encoding. Nothing is
 * allocated unless the buffer grows.
 *
 * A record that would pass {@linkcode MAX_RECORD_BYTES} sets `overflowed`; what is written after that
 * is lost, and the owner drops the record.
 */
export class WireWriter {
  /** The buffer; `bytes[0, at)` is written. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the next byte goes. */
  at = 0;
  /** Whether the open record was too large. */
  overflowed = false;
  #recordAt = 0;
  /** Where the room of the open record ends: the buffer's end, or earlier. */
  #limit = 0;

  /** Begins an empty buffer. @param capacity Its bytes; it doubles when it is full. */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.recordAt = 0;
  }

  /** Goes on at the beginning of another buffer; the one so far is the caller's. */
  continueIn(buffer: Uint8Array<ArrayBuffer>): void {
    this.bytes = buffer;
    this.at = 0;
    this.recordAt = 0;
  }

  /** Begins a record at the beginning of the buffer, in place of what was written. */
  restart(): void {
    this.at = 0;
    this.recordAt = 0;
    this.overflowed = false;
  }

  /** Where the open record begins: what an overflow goes back to. */
  get recordAt(): number {
    return this.#recordAt;
  }

  set recordAt(at: number) {
    this.#recordAt = at;
    this.#limit = Math.min(this.bytes.length, at + MAX_RECORD_BYTES);
  }

  /** An unsigned number below 2^32, for `uint32` fields and for `int32` fields that hold one below 2^31. */
  uint32(tag: Tag<number>, value: number): void {
    if (value === 0) return;
    this.reserve(8);
    // All in one place, for every other field is one: a sixth of decoding went into these calls.
    const { bytes } = this;
    let { at } = this;
    if (tag < 0x80) {
      bytes[at++] = tag;
    } else {
      bytes[at++] = (tag & 0x7f) | 0x80;
      bytes[at++] = tag >> 7;
    }
    while ((value & ~0x7f) !== 0) {
      bytes[at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.at = at;
  }

  /**
   * The big-endian unsigned 32-bit number at `source[at]`. Read here, since V8 may take memory to
   * hand on a number of 2^31 or more.
   */
  uint32Of(tag: Tag<number>, source: Uint8Array, at: number): void {
    this.uint32(tag, bits32(source, at));
  }

  /** A signed 32-bit number; a negative one takes ten bytes. */
  int32(tag: Tag<number>, value: number): void {
    if (value >= 0) return this.uint32(tag, value);
    this.#uint64(tag, -1, value);
  }

  /** The same 32 bits as a signed number, for `int32` fields that hold unsigned ones as they come. */
  int32Of(tag: Tag<number>, source: Uint8Array, at: number): void {
    this.int32(tag, bits32(source, at));
  }

  /** Unsigned numbers below 2^32 as a packed field; nothing for none. */
  uint32s(tag: Tag<number>, numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    const mark = this.open(tag as number as Tag<Uint8Array>);
    for (const number of numbers) {
      this.reserve(5);
      this.at = writeUvarint(this.bytes, this.at, number);
    }
    this.close(mark);
  }

  /** The big-endian unsigned 32-bit numbers of `source[from, to)` as a packed field; nothing for none. */
  uint32sOf(tag: Tag<number>, source: Uint8Array, from: number, to: number): void {
    if (to <= from) return;
    const mark = this.open(tag as number as Tag<Uint8Array>);
    for (let at = from; at < to; at += 4) {
      this.reserve(5);
      this.at = writeUvarint(this.bytes, this.at, bits32(source, at));
    }
    this.close(mark);
  }

  /** The little-endian 16-bit numbers of `source[from, to)` as a packed field; nothing for none. */
  uint16sLeOf(tag: Tag<number>, source: Uint8Array, from: number, to: number): void {
    if (to <= from) return;
    const mark = this.open(tag as number as Tag<Uint8Array>);
    for (let at = from; at < to; at += 2) {
      this.reserve(3);
      this.at = writeUvarint(this.bytes, this.at, source[at]! | (source[at + 1]! << 8));
    }
    this.close(mark);
  }

  /** A 64-bit number, with or without a sign. */
  int64(tag: Tag<bigint>, value: bigint): void {
    this.#uint64(tag, Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value)));
  }

  /** A count below 2^53, for 64-bit fields. */
  count(tag: Tag<bigint>, value: number): void {
    this.#uint64(tag, Math.floor(value / 0x100000000), value | 0);
  }

  /** The big-endian 64-bit number at `source[at]`. */
  uint64Of(tag: Tag<bigint>, source: Uint8Array, at: number): void {
    this.#uint64(tag, bits32(source, at), bits32(source, at + 4));
  }

  /** As {@linkcode WireWriter.uint32Of}, of a little-endian number. */
  uint32LeOf(tag: Tag<number>, source: Uint8Array, at: number): void {
    this.uint32(tag, bits32le(source, at));
  }

  /** As {@linkcode WireWriter.int32}, of the little-endian number at `source[at]`. */
  int32LeOf(tag: Tag<number>, source: Uint8Array, at: number): void {
    this.int32(tag, bits32le(source, at));
  }

  /** The little-endian 64-bit number at `source[at]`. */
  uint64LeOf(tag: Tag<bigint>, source: Uint8Array, at: number): void {
    this.#uint64(tag, bits32le(source, at + 4), bits32le(source, at));
  }

  /** A time in nanoseconds since 1970, `sec * 10^9 + nsec`, as far as 64 bits with a sign hold it. */
  nanos(tag: Tag<bigint>, sec: number, nsec: number): void {
    // The product passes 2^53, so the seconds are multiplied in two parts, above and below 2^16.
    const upper = Math.floor(sec / 0x10000) * 1e9;
    const above = Math.floor(upper / 0x10000);
    const lower = (upper - above * 0x10000) * 0x10000 + (sec & 0xffff) * 1e9 + nsec;
    const carry = Math.floor(lower / 0x100000000);
    const high = (above + carry) | 0;
    const low = (lower - carry * 0x100000000) | 0;
    if (high < NINE_BYTES_HIGH) return this.#uint64(tag, high, low);
    this.reserve(13);
    this.#tag(tag);
    const { bytes, at } = this;
    bytes[at] = low | 0x80;
    bytes[at + 1] = (low >>> 7) | 0x80;
    bytes[at + 2] = (low >>> 14) | 0x80;
    bytes[at + 3] = (low >>> 21) | 0x80;
    bytes[at + 4] = (low >>> 28) | (high << 4) | 0x80;
    bytes[at + 5] = (high >>> 3) | 0x80;
    bytes[at + 6] = (high >>> 10) | 0x80;
    bytes[at + 7] = (high >>> 17) | 0x80;
    bytes[at + 8] = high >>> 24;
    this.at = at + 9;
  }

  /** A flag. */
  bool(tag: Tag<boolean>, value: boolean): void {
    if (!value) return;
    this.reserve(3);
    this.#tag(tag);
    this.bytes[this.at++] = 1;
  }

  /** A double. */
  double(tag: Tag<number>, value: number): void {
    if (value === 0) return;
    this.reserve(10);
    this.#tag(tag);
    DOUBLE[0] = value;
    this.bytes.set(DOUBLE_BYTES, this.at);
    this.at += 8;
  }

  /** `source[from, to)` as a bytes field; nothing when it is empty. */
  bytesOf(tag: Tag<Uint8Array>, source: Uint8Array, from: number, to: number): void {
    if (to <= from) return;
    const length = to - from;
    this.reserve(7 + length);
    if (this.overflowed) return;
    this.#tag(tag);
    this.at = writeUvarint(this.bytes, this.at, length);
    this.#copy(source, from, to);
  }

  /** An IPv4 (4 bytes) or IPv6 (16 bytes) address as text, RFC 5952; nothing for 0 bytes. */
  ipText(tag: Tag<string> | Tag<Uint8Array>, source: Uint8Array, at: number, length: number): void {
    if (length === 0) return;
    this.reserve(8 + MAX_IPV6_TEXT_BYTES);
    this.#tag(tag);
    const { bytes } = this;
    const textAt = this.at + 1;
    this.at = length === 4
      ? writeIpv4Text(bytes, textAt, source, at)
      : writeIpv6Text(bytes, textAt, source, at);
    bytes[textAt - 1] = this.at - textAt;
  }

  /** A hardware address as lower-case hex pairs with colons between them; nothing for 0 bytes. */
  macText(
    tag: Tag<string> | Tag<Uint8Array>,
    source: Uint8Array,
    at: number,
    length: number,
  ): void {
    if (length === 0) return;
    const mark = this.open(tag);
    this.reserve(3 * length);
    this.at = writeMacText(this.bytes, this.at, source, at, length);
    this.close(mark);
  }

  /**
   * Begins a message, text or bytes field whose length is not known yet. Write its content with the
   * other methods, then {@linkcode WireWriter.close} with the mark returned here.
   */
  open(tag: Tag<object> | Tag<string>): number {
    this.reserve(7);
    this.#tag(tag);
    return ++this.at;
  }

  /** Ends what `open` began. The field is written even when it is empty. */
  close(mark: number): void {
    if (this.overflowed) return;
    const length = this.at - mark;
    const prefix = uvarintBytes(length);
    if (prefix > 1) {
      this.reserve(4);
      if (this.overflowed) return;
      this.bytes.copyWithin(mark + prefix - 1, mark, this.at);
      this.at += prefix - 1;
    }
    writeUvarint(this.bytes, mark - 1, length);
  }

  /** Text of ASCII characters; nothing when it is empty. */
  ascii(tag: Tag<string>, text: string): void {
    if (text === "") return;
    const mark = this.open(tag);
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
    this.close(mark);
  }

  /** One byte of content of an open text or bytes field. */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  /** `source[from, to)` as content of an open text or bytes field. */
  raw(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    if (!this.overflowed) this.#copy(source, from, to);
  }

  /** A number below 2^32 in decimal digits, as content of an open text field. */
  decimal(value: number): void {
    this.reserve(10);
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    const end = this.at + digits;
    for (let to = end - 1; to >= this.at; to--) {
      const quotient = Math.floor(value / 10);
      this.bytes[to] = 0x30 + value - quotient * 10;
      value = quotient;
    }
    this.at = end;
  }

  /** Makes room for `bytes` more: the buffer grows or, past the limit, the record is given up. */
  reserve(bytes: number): void {
    if (this.at + bytes > this.#limit) this.#grow(bytes);
  }

  #grow(bytes: number): void {
    const { recordAt } = this;
    if (this.at + bytes - recordAt > MAX_RECORD_BYTES) {
      this.overflowed = true;
      this.at = recordAt;
      if (bytes > MAX_RECORD_BYTES) return; // content, which is not written once `overflowed` is set
    }
    if (this.at + bytes <= this.bytes.length) return;
    let capacity = this.bytes.length * 2 || bytes;
    while (capacity < this.at + bytes) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
    this.recordAt = recordAt;
  }

  #uint64(tag: number, high: number, low: number): void {
    if (high === 0 && low === 0) return;
    this.reserve(13);
    this.#tag(tag);
    const { bytes } = this;
    let at = this.at;
    while (high !== 0) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = (low >>> 7) | (high << 25);
      high >>>= 7;
    }
    this.at = writeUvarint(bytes, at, low);
  }

  #tag(tag: number): void {
    if (tag < 0x80) {
      this.bytes[this.at++] = tag;
    } else {
      this.bytes[this.at++] = (tag & 0x7f) | 0x80;
      this.bytes[this.at++] = tag >> 7;
    }
  }

  #copy(source: Uint8Array, from: number, to: number): void {
    const { bytes } = this;
    let at = this.at;
    if (to - from > MAX_LOOP_BYTES) {
      bytes.set(source.subarray(from, to), at);
      this.at = at + to - from;
      return;
    }
    for (let i = from; i < to; i++) bytes[at++] = source[i]!;
    this.at = at;
  }
}

function bits32le(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
