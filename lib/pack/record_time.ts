import { readUvarint, uvarintEnd } from "../base/bytes/uvarint.ts";

/** Tag of field 1 as a varint: the time of nearly every record type. */
const TIME_TAG = 0x08;
/** A varint of a time takes nine bytes; 7 of them hold less than 2^53. */
const LOW_BYTES = 4;
/** Only the varint of a negative number takes ten; what it has beyond 64 bits does not count. */
const NEGATIVE_BYTES = 10;

/**
 * The time of the record `data[at, end)` in nanoseconds since 1970: its first field, where that is a
 * number. 0 for records without (the original's before v0.6, whose times are text).
 */
export function readTimestamp(data: Uint8Array, at: number, end: number): bigint {
  if (at >= end || data[at] !== TIME_TAG) return 0n;
  const valueAt = at + 1;
  const valueEnd = uvarintEnd(data, valueAt, end);
  if (valueEnd < 0) return 0n;
  const middle = Math.min(valueEnd, valueAt + LOW_BYTES);
  const high = BigInt(readUvarint(data, middle, valueEnd));
  const time = (high << BigInt(7 * LOW_BYTES)) | BigInt(readUvarint(data, valueAt, middle));
  return valueEnd - valueAt < NEGATIVE_BYTES ? time : BigInt.asIntN(64, time);
}

/** Bits of a time that are compared last: those of four bytes of a varint. */
const LOW_BITS = 28n;
/** The times of these centuries take nine bytes. */
const USUAL_BYTES = 9;

/** Finds the smallest and the largest time of records, without a `bigint` for each. */
export class TimeRange {
  /** Both as the bits above the lowest 28, and these. */
  #firstHigh = Infinity;
  #firstLow = 0;
  #lastHigh = -Infinity;
  #lastLow = 0;

  /** The smallest time; 0 when no record was added. */
  get first(): bigint {
    return Number.isFinite(this.#firstHigh) ? timeOf(this.#firstHigh, this.#firstLow) : 0n;
  }

  /** The largest time; 0 when no record was added. */
  get last(): bigint {
    return Number.isFinite(this.#lastHigh) ? timeOf(this.#lastHigh, this.#lastLow) : 0n;
  }

  /** Adds the record `data[at, end)`; one without a time has the time 0. */
  add(data: Uint8Array, at: number, end: number): void {
    if (isUsual(data, at, end)) {
      this.#add(readUvarint(data, at + 5, at + 10), readUvarint(data, at + 1, at + 5));
    } else {
      const time = readTimestamp(data, at, end);
      this.#add(Number(time >> LOW_BITS), Number(time & ((1n << LOW_BITS) - 1n)));
    }
  }

  #add(high: number, low: number): void {
    if (high < this.#firstHigh || (high === this.#firstHigh && low < this.#firstLow)) {
      this.#firstHigh = high;
      this.#firstLow = low;
    }
    if (high > this.#lastHigh || (high === this.#lastHigh && low > this.#lastLow)) {
      this.#lastHigh = high;
      this.#lastLow = low;
    }
  }
}

function timeOf(high: number, low: number): bigint {
  return (BigInt(high) << LOW_BITS) | BigInt(low);
}

/** Whether the record begins with a time of nine bytes. */
function isUsual(data: Uint8Array, at: number, end: number): boolean {
  return at + USUAL_BYTES < end && data[at] === TIME_TAG &&
    uvarintEnd(data, at + 1, at + 1 + USUAL_BYTES) === at + 1 + USUAL_BYTES;
}
