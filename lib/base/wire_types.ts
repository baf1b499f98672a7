/** Protobuf's wire types: the low three bits of a tag. Proto3 has no groups, so theirs are left out. */
import { ScalarType } from "@bufbuild/protobuf";

/** Integers, booleans and enums. */
export const VARINT = 0;
/** 8 bytes, little-endian: doubles, fixed64. */
export const FIXED64 = 1;
/** A varint, then as many bytes: text, bytes, messages, packed lists. */
export const LENGTH_DELIMITED = 2;
/** 4 bytes, little-endian: floats, fixed32. */
export const FIXED32 = 5;

/** The wire type of one value; undefined stands for a message. */
export function wireTypeOf(scalar: ScalarType | undefined): number {
  switch (scalar) {
    case undefined:
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return LENGTH_DELIMITED;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return FIXED64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return FIXED32;
    default:
      return VARINT;
  }
}
