/**
 * The columns of a compact batch: numbers as LEB128 (7 bits a byte, low ones first), signed ones
 * in zigzag (0, -1, 1, -2 … as 0, 1, 2, 3 …), and bytes as they are.
 */

/** How the columns are called, in the order in which they are stored. */
export const COLUMNS = [
  /** Which flow, or that a record stands at this place. */
  "row",
  /** Bits of `Change`: what differs from what the flow makes one expect. */
  "change",
  /** Time since the packet before, signed. */
  "time",
  /** Length field of the IP header. */
  "length",
  /** Identification of IPv4, signed difference. */
  "id",
  /** Flags of TCP. */
  "flags",
  /** Sequence number of TCP, of an ICMP echo; signed difference. */
  "seq",
  /** Acknowledgement number, signed difference. */
  "ack",
  /** Window, signed difference. */
  "window",
  /** TCP timestamps: value and echo, signed differences. */
  "stamp",
  "echo",
  /** What `change` announces. */
  "rest",
  /** Keys of new flows. */
  "flow",
  /** Whole records. */
  "record",
] as const;

/** One of something for each column. */
export type Columns<T> = { readonly [Name in typeof COLUMNS[number]]: T };

/** Makes one for each column, given its place. */
export function makeColumns<T>(make: (place: number) => T): Columns<T> {
  return Object.fromEntries(COLUMNS.map((name, place) => [name, make(place)])) as Columns<T>;
}

/** Up to here bytes are copied one by one: a view is an allocation. */
const MAX_LOOP_BYTES = 256;

/** A column that grows. */
export class ColumnWriter {
  bytes: Uint8Array<ArrayBuffer>;
  at = 0;

  /** @param capacity Bytes to begin with. */
  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  /** A number from 0 to 2^53 - 1. */
  unsigned(value: number): void {
    if (this.at + 8 > this.bytes.length) this.#reserve(8);
    while (value > 0x7fffffff) {
      this.bytes[this.at++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    while (value > 0x7f) {
      this.bytes[this.at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.bytes[this.at++] = value;
  }

  /** A number from -2^31 to 2^31 - 1. */
  signed(value: number): void {
    this.unsigned(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A number of at most 52 bits and a sign. */
  wide(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  byte(value: number): void {
    if (this.at === this.bytes.length) this.#reserve(1);
    this.bytes[this.at++] = value;
  }

  copy(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    if (to - from > MAX_LOOP_BYTES) {
      this.bytes.set(source.subarray(from, to), this.at);
      this.at += to - from;
    } else {
      while (from < to) this.bytes[this.at++] = source[from++]!;
    }
  }

  #reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.at + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** A column that is read. Beyond its end it gives zeros and remembers that it did. */
export class ColumnReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  at: number;
  isOver = false;

  /** The column is `bytes[at, end)`. */
  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.at === this.#end;
  }

  unsigned(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      if (scale > 2 ** 49) {
        this.isOver = true;
        return 0;
      }
      byte = this.byte();
      value += (byte & 0x7f) * scale;
    }
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.isOver = true;
    return 0;
  }

  signed(): number {
    const value = this.unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  wide(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  byte(): number {
    if (this.at < this.#end) return this.#bytes[this.at++]!;
    this.isOver = true;
    return 0;
  }

  /** Where the next `length` bytes begin, in the array that the reader was made of; they are passed. */
  take(length: number): number {
    const { at } = this;
    if (length > this.#end - at) {
      this.isOver = true;
      return at;
    }
    this.at += length;
    return at;
  }
}
