/** Looks at protobuf messages by their wire form alone, without building them. */
import { readUvarint, uvarintEnd } from "../base/bytes/uvarint.ts";
import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from "../base/record/wire_types.ts";

const MAX_FIELD_NUMBER = 2 ** 29 - 1;

/** The position after the field whose tag ends at `at`; -1 when it does not end by `end`. */
function fieldEnd(data: Uint8Array, at: number, end: number, wireType: number): number {
  switch (wireType) {
    case VARINT:
      return uvarintEnd(data, at, end);
    case FIXED64:
      return at + 8 <= end ? at + 8 : -1;
    case LENGTH_DELIMITED: {
      const contentAt = uvarintEnd(data, at, end);
      if (contentAt < 0) return -1;
      const contentEnd = contentAt + readUvarint(data, at, contentAt);
      return contentEnd <= end ? contentEnd : -1;
    }
    case FIXED32:
      return at + 4 <= end ? at + 4 : -1;
    default:
      return -1;
  }
}

/** Walks the fields of `data[at, end)`; false when they do not fill it exactly or `accept` says so. */
function walkFields(
  data: Uint8Array,
  at: number,
  end: number,
  accept: (number: number, wireType: number, at: number, end: number) => boolean,
): boolean {
  while (at < end) {
    const tagEnd = uvarintEnd(data, at, end);
    if (tagEnd < 0) return false;
    const tag = readUvarint(data, at, tagEnd);
    const number = Math.floor(tag / 8);
    const after = fieldEnd(data, tagEnd, end, tag % 8);
    if (number < 1 || number > MAX_FIELD_NUMBER || after < 0) return false;
    if (!accept(number, tag % 8, tagEnd, after)) return false;
    at = after;
  }
  return true;
}

/** Whether `data[at, end)` has the form of a protobuf message, fields and nothing else. */
export function isMessage(data: Uint8Array, at: number, end: number): boolean {
  return walkFields(data, at, end, acceptAny);
}

function acceptAny(): boolean {
  return true;
}

/** Wire types of the `Header` message's fields, by number; Created was text until v0.4.x. */
const HEADER_WIRE_TYPES: Readonly<Record<number, readonly number[]>> = {
  1: [VARINT, LENGTH_DELIMITED],
  2: [LENGTH_DELIMITED],
  3: [VARINT],
  4: [LENGTH_DELIMITED],
  5: [VARINT],
};
const TYPE = 3;
const VERSION = 4;
const V = 0x76;

/**
 * Whether a record is the file header for records of `type` rather than one of them: fields 1 to 5
 * of the `Header` message, the third equal to the type, the fourth a version such as `v0.6.11`.
 */
export function isHeaderRecord(data: Uint8Array, at: number, end: number, type: number): boolean {
  let isOfType = false;
  let hasVersion = false;
  const isHeader = walkFields(data, at, end, (number, wireType, from, to) => {
    if (number === TYPE) isOfType = readUvarint(data, from, to) === type;
    if (number === VERSION) hasVersion = isVersion(data, from + 1, to);
    return HEADER_WIRE_TYPES[number]?.includes(wireType) ?? false;
  });
  return isHeader && isOfType && hasVersion;
}

/** Whether `data[at, end)` is `v` and a digit; its length, below 128, took one byte. */
function isVersion(data: Uint8Array, at: number, end: number): boolean {
  const digit = data[at + 1]! - 0x30;
  return end - at >= 2 && data[at] === V && digit >= 0 && digit <= 9;
}
