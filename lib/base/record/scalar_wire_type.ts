import { ScalarType } from "@bufbuild/protobuf";
import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from "./wire_types.ts";

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
