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

/** The columns of numbers of at most 32 bits. */
export const NUMBERS = [
  "row",
  "change",
  "length",
  "id",
  "seq",
  "ack",
  "window",
  "stamp",
  "echo",
] as const satisfies readonly (typeof COLUMNS[number])[];

/** Makes {@linkcode ColumnNumbers} for each of these columns. */
export function makeNumbers(
  capacity: number,
): { readonly [Name in typeof NUMBERS[number]]: ColumnNumbers } {
  const entries = NUMBERS.map((name) => [name, new ColumnNumbers(capacity)]);
  return Object.fromEntries(entries);
}

/** Numbers of a column, as they come: they are written all at once. */
export class ColumnNumbers {
  readonly #values: Int32Array;
  #count = 0;

  /** @param capacity How many there may be. */
  constructor(capacity: number) {
    this.#values = new Int32Array(capacity);
  }

  /** A number from 0 to 2^32 - 1; its 32 bits, of which the highest may be a sign. */
  unsigned(value: number): void {
    this.#values[this.#count++] = value;
  }

  /** A number from -2^31 to 2^31 - 1. */
  signed(value: number): void {
    this.#values[this.#count++] = (value << 1) ^ (value >> 31);
  }

  /** Appends all to a column, and forgets them. */
  moveTo(column: ColumnWriter): void {
    column.unsigneds(this.#values, this.#count);
    this.#count = 0;
  }
}

/** Up to here bytes are copied one by one: a view is an allocation. */
const MAX_LOOP_BYTES = 256;
/** The longest number of 32 bits. */
const MAX_NUMBER_BYTES = 5;

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
    this.#reserve(8);
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

  /** The first `count` numbers of 32 bits without a sign. */
  unsigneds(values: Int32Array, count: number): void {
    this.#reserve(MAX_NUMBER_BYTES * count);
    this.at = putUnsigneds(this.bytes, this.at, values, count);
  }

  /** A number of at most 52 bits and a sign. */
  wide(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  byte(value: number): void {
    this.#reserve(1);
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
    if (this.at + more > this.bytes.length) this.#grow(more);
  }

  #grow(more: number): void {
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.at + more));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }
}

/**
 * A function by itself: code that V8 makes within the loop ends with it, and is thrown away if it has not
 * seen yet what comes behind, time and again.
 */
function putUnsigneds(bytes: Uint8Array, at: number, values: Int32Array, count: number): number {
  for (let i = 0; i < count; i++) {
    let value = values[i]!;
    while ((value & ~0x7f) !== 0) {
      bytes[at++] = value | 0x80;
      value >>>= 7;
    }
    bytes[at++] = value;
  }
  return at;
}
