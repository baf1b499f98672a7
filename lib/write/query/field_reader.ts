import { readUvarint, uvarintEnd } from "../../base/bytes/uvarint.ts";
import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from "../../base/record/wire_types.ts";

/** A varint has ten bytes at most. */
const MAX_VARINT_BYTES = 10;

/**
 * Reads the fields of protobuf messages one after the other, as they lie. Nothing is allocated: what
 * has been read stands in the reader until the next read().
 */
export class FieldReader {
  number = 0;
  wireType = 0;
  /** The value's bytes are those in `[from, to)`: of a varint all, of text and messages the content. */
  from = 0;
  to = 0;

  /** Reads the field at `at`; returns the position after it, -1 when it is damaged. */
  read(bytes: Uint8Array, at: number, end: number): number {
    let tag = bytes[at]!;
    if (tag < 0x80) {
      at++;
    } else {
      const tagEnd = uvarintEnd(bytes, at, end);
      if (tagEnd < 0) return -1;
      tag = readUvarint(bytes, at, tagEnd);
      at = tagEnd;
    }
    this.number = Math.floor(tag / 8);
    this.wireType = tag & 7;
    if (this.number === 0) return -1;
    let to = at;
    switch (this.wireType) {
      case VARINT:
        while (to < end && bytes[to]! >= 0x80) to++;
        to++;
        if (to - at > MAX_VARINT_BYTES) return -1;
        break;
      case LENGTH_DELIMITED: {
        const lengthEnd = uvarintEnd(bytes, at, end);
        if (lengthEnd < 0) return -1;
        to = lengthEnd + readUvarint(bytes, at, lengthEnd);
        at = lengthEnd;
        break;
      }
      case FIXED64:
        to = at + 8;
        break;
      case FIXED32:
        to = at + 4;
        break;
      default:
        return -1;
    }
    if (to > end) return -1;
    this.from = at;
    this.to = to;
    return to;
  }
}
