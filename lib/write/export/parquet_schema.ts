import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { Kind } from "../../../proto/gen/netcap_pb.ts";
import { kindOf } from "../../base/record/field_kinds.ts";
import { fieldKind, mapEntries, textOf } from "../read/field_kind.ts";
import { membersFormat } from "../read/json_format.ts";
import { valueText } from "../read/value_text.ts";

/** A node of a Parquet schema, in the order of its file format: before its children. */
export interface ParquetElement {
  readonly name: string;
  readonly type?: "BOOLEAN" | "INT32" | "INT64" | "DOUBLE" | "BYTE_ARRAY";
  readonly repetition_type?: "REQUIRED" | "OPTIONAL" | "REPEATED";
  readonly num_children?: number;
  readonly converted_type?: "UTF8" | "UINT_16" | "UINT_32" | "UINT_64" | "LIST" | "MAP";
  readonly logical_type?: { readonly type: "TIMESTAMP"; isAdjustedToUTC: true; unit: "NANOS" };
}

/** A column, or with its children a tree of them, and how its values are made. */
export interface ParquetColumn {
  readonly name: string;
  readonly elements: readonly ParquetElement[];
  /** The value of a record's field. */
  valueOf(message: Readonly<Record<string, unknown>>): unknown;
}

/**
 * The columns of a record type, one a field, by kind: times are UTC with nanoseconds, ports 16 bits
 * without sign, addresses and texts UTF-8, other bytes bytes; lists, maps and messages stay what they
 * are. Times that are 0 and ports that are empty are null. A message within one of its like is JSON:
 * columns do not recur.
 *
 * Small and unsigned integers have a converted type only: some readers refuse files with the logical
 * one that this writer makes; times have a logical type only, as converted ones have no nanoseconds.
 */
export function parquetColumns(schema: DescMessage): ParquetColumn[] {
  return columnsWithin(schema, [schema]);
}

function columnsWithin(
  schema: DescMessage,
  around: readonly DescMessage[],
): ParquetColumn[] {
  return schema.fields.map((field) => {
    const { elements, convert } = nodeOf(field, around);
    const key = field.localName;
    return { name: field.name, elements, valueOf: (message) => convert(message[key]) };
  });
}

/** A part of a schema and how values are made for it. */
interface Node {
  readonly elements: readonly ParquetElement[];
  convert(value: unknown): unknown;
}

function nodeOf(field: DescField, around: readonly DescMessage[]): Node {
  const { name } = field;
  switch (field.fieldKind) {
    case "list": {
      const { elements, convert } = valueNode(field, "element", around, "REQUIRED");
      const list = [
        { name, repetition_type: "REQUIRED", num_children: 1, converted_type: "LIST" },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
      ] as const;
      return {
        elements: [...list, ...elements],
        convert: (values) => (values as readonly unknown[]).map(convert),
      };
    }
    case "map": {
      const { elements, convert } = valueNode(field, "value", around, "REQUIRED");
      const map = [
        { name, repetition_type: "REQUIRED", num_children: 1, converted_type: "MAP" },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        { name: "key", type: "BYTE_ARRAY", repetition_type: "REQUIRED", converted_type: "UTF8" },
      ] as const;
      return {
        elements: [...map, ...elements],
        convert: (entries) =>
          mapEntries(entries).map(([key, value]) => ({ key, value: convert(value) })),
      };
    }
    default:
      return valueNode(field, name, around, field.message ? "OPTIONAL" : "REQUIRED");
  }
}

/** The node of one value. */
function valueNode(
  field: DescField,
  name: string,
  around: readonly DescMessage[],
  repetition_type: "REQUIRED" | "OPTIONAL",
): Node {
  const text = { name, repetition_type, type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
  if (field.message === undefined) return scalarNode(field, name, repetition_type);
  const { message } = field;
  if (around.includes(message) || message.fields.length === 0) {
    const print = membersFormat(message);
    return { elements: [text], convert: (value) => value === undefined ? undefined : print(value) };
  }
  const columns = columnsWithin(message, [...around, message]);
  const group = { name, repetition_type, num_children: columns.length };
  return {
    elements: [group, ...columns.flatMap(({ elements }) => elements)],
    convert(value) {
      if (value === undefined) return undefined;
      const fields = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(columns.map(({ name, valueOf }) => [name, valueOf(fields)]));
    },
  };
}

function scalarNode(
  field: DescField,
  name: string,
  repetition_type: "REQUIRED" | "OPTIONAL",
): Node {
  const kind = kindOf(field);
  const isAlone = field.fieldKind !== "list" && field.fieldKind !== "map";
  const leaf = (element: Omit<ParquetElement, "name">, convert = same): Node => ({
    elements: [{ name, repetition_type, ...element }],
    convert,
  });
  const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
  if (kind === Kind.TIME) {
    const repetition = isAlone ? "OPTIONAL" : repetition_type;
    const element = {
      type: "INT64",
      repetition_type: repetition,
      logical_type: UTC_NANOS,
    } as const;
    return leaf(element, isAlone ? (value) => value === 0n ? undefined : value : same);
  }
  if (kind === Kind.PORT && field.scalar === ScalarType.STRING && isAlone) {
    const element = {
      type: "INT32",
      repetition_type: "OPTIONAL",
      converted_type: "UINT_16",
    } as const;
    return leaf(element, (value) => /^\d+$/.test(value as string) ? Number(value) : undefined);
  }
  if (kind === Kind.ADDRESS || kind === Kind.MAC) {
    const { print } = valueText(field, String);
    return leaf(text, print);
  }
  switch (fieldKind(field)) {
    case "boolean":
      return leaf({ type: "BOOLEAN" });
    case "double":
      return leaf({ type: "DOUBLE" });
    case "enum":
      return leaf(text, valueText(field, String).print);
    case "string":
      return leaf(text);
    case "text":
      return leaf(text, (value) => textOf(value as Uint8Array));
    case "bytes":
      return kind === Kind.NAME || kind === Kind.TEXT
        ? leaf(text, (value) => textOf(value as Uint8Array))
        : leaf({ type: "BYTE_ARRAY" });
    default:
      return leaf(INTEGERS[field.scalar!] ?? { type: "INT32" });
  }
}

const same = (value: unknown) => value;
const UTC_NANOS = { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" } as const;
const INTEGERS: { readonly [Type in ScalarType]?: Omit<ParquetElement, "name"> } = {
  [ScalarType.UINT32]: { type: "INT32", converted_type: "UINT_32" },
  [ScalarType.FIXED32]: { type: "INT32", converted_type: "UINT_32" },
  [ScalarType.INT64]: { type: "INT64" },
  [ScalarType.SINT64]: { type: "INT64" },
  [ScalarType.SFIXED64]: { type: "INT64" },
  [ScalarType.UINT64]: { type: "INT64", converted_type: "UINT_64" },
  [ScalarType.FIXED64]: { type: "INT64", converted_type: "UINT_64" },
};
