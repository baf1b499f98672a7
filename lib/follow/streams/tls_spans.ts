import { u16 } from "../../base/bytes/bytes.ts";

/** Type 1, length 3. RFC 8446, section 4. */
export const HANDSHAKE_HEADER_BYTES = 4;
export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;

/** What carried a hello: the TLS record that it began in, or QUIC. */
export interface TlsCarrier {
  /** 22, and its version and length; 0 in QUIC, which has no records. */
  readonly recordType: number;
  readonly recordVersion: number;
  readonly recordBytes: number;
  /** 0 without QUIC. */
  readonly quicVersion: number;
}

/**
 * Reads a message from its beginning to its end. What is not there reads as 0 or nothing, and `hasFailed`
 * from then on.
 */
export class SpanReader {
  hasFailed = false;
  #at = 0;

  constructor(private readonly span: Uint8Array) {}

  /** Bytes that are left. */
  get left(): number {
    return this.hasFailed ? 0 : this.span.length - this.#at;
  }

  u8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  u16(): number {
    const two = this.bytes(2);
    return two.length === 0 ? 0 : u16(two, 0);
  }

  /** The next `count` bytes, not copied. */
  bytes(count: number): Uint8Array {
    if (this.left < count) {
      this.hasFailed = true;
      return this.span.subarray(0, 0);
    }
    this.#at += count;
    return this.span.subarray(this.#at - count, this.#at);
  }

  /** What a length of one byte is in front of. */
  vector8(): SpanReader {
    return this.#vector(this.u8());
  }

  /** What a length of two bytes is in front of. */
  vector16(): SpanReader {
    return this.#vector(this.u16());
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.bytes(this.left);
  }

  /** All that is left, as numbers of 16 bits; an odd byte at the end fails. */
  u16s(): number[] {
    const numbers: number[] = [];
    while (this.left > 0) {
      const number = this.u16();
      if (!this.hasFailed) numbers.push(number);
    }
    return numbers;
  }

  #vector(length: number): SpanReader {
    return new SpanReader(this.bytes(length));
  }
}
