/** Protobuf's wire types: the low three bits of a tag. Those of groups, which proto3 has not, are left out. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const FIXED32 = 5;
