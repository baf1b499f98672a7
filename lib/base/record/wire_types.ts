/** Protobuf's wire types: the low three bits of a tag. Proto3 has no groups, so theirs are left out. */

/** Integers, booleans and enums. */
export const VARINT = 0;
/** 8 bytes, little-endian: doubles, fixed64. */
export const FIXED64 = 1;
/** A varint, then as many bytes: text, bytes, messages, packed lists. */
export const LENGTH_DELIMITED = 2;
/** 4 bytes, little-endian: floats, fixed32. */
export const FIXED32 = 5;
