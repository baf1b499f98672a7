import { readUvarint, uvarintEnd } from "../base/uvarint.ts";

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
