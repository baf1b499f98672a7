import { type DescField, getOption, ScalarType } from "@bufbuild/protobuf";
import { text } from "../../../proto/gen/netcap_pb.ts";

/**
 * What the output formats tell apart in a value: of a repeated field it is the kind of an element,
 * of a map that of a value. `text` is a `bytes` field that is shown as text (see netcap.proto).
 */
export type FieldKind =
  | "boolean"
  | "integer"
  | "double"
  | "string"
  | "text"
  | "bytes"
  | "enum"
  | "message";

/** The kind of a field's values. */
export function fieldKind(field: DescField): FieldKind {
  if (field.message !== undefined) return "message";
  if (field.enum !== undefined) return "enum";
  switch (field.scalar) {
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return "double";
    case ScalarType.STRING:
      return "string";
    case ScalarType.BYTES:
      return getOption(field, text) ? "text" : "bytes";
    default:
      return "integer";
  }
}

/** Whether a field holds what proto3 does not write: zero, nothing, no message. */
export function isZero(field: DescField, value: unknown): boolean {
  switch (typeof value) {
    case "object":
      if (field.fieldKind === "map") return Object.keys(value as object).length === 0;
      return field.fieldKind !== "message" && (value as ArrayLike<unknown>).length === 0;
    case "bigint":
      return value === 0n;
    default:
      return !value && !Number.isNaN(value); // undefined, 0, -0, "", false
  }
}

/** The entries of a map field by ascending key. */
export function mapEntries(entries: unknown): [string, unknown][] {
  return Object.entries(entries as object).sort(([a], [b]) => a < b ? -1 : 1);
}

/** The text in `bytes`; what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
