import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { fieldKind, isZero, mapEntries, textOf } from "./field_kind.ts";

type Print = (value: unknown) => string;

/**
 * A function that prints messages of one type as JSON objects on one line, as the original's dump
 * does (Go's encoding/json): fields in schema order, zero values left out, 64-bit integers as
 * numbers, enums as numbers, bytes as base64, and `<`, `>`, `&` escaped in strings. What is no UTF-8
 * in a text becomes `\ufffd`. A double that JSON has no number for is `null`.
 *
 * ```ts
 * import { create } from "@bufbuild/protobuf";
 * import { netcapJsonFormat } from "./netcap_json_format.ts";
 * import { Dot1QSchema } from "../../../proto/gen/netcap_pb.ts";
 *
 * const print = netcapJsonFormat(Dot1QSchema);
 * const line = print(create(Dot1QSchema, { Timestamp: 1600000000123456000n, DropEligible: true }));
 * if (line !== '{"Timestamp":1600000000123456000,"DropEligible":true}') throw new Error(line);
 * ```
 */
export function netcapJsonFormat(schema: DescMessage): (message: Message) => string {
  return objectPrinter(schema, new Map());
}

function objectPrinter(schema: DescMessage, made: Map<DescMessage, Print>): Print {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const fields: { field: DescField; name: string; key: string; print: Print }[] = [];
  const print = (message: unknown) => {
    let text = "";
    for (const { field, name, key, print } of fields) {
      const value = (message as Record<string, unknown>)[name];
      if (!isZero(field, value)) text += (text === "" ? "{" : ",") + key + print(value);
    }
    return text === "" ? "{}" : text + "}";
  };
  made.set(schema, print); // before the fields, since messages may hold their like
  for (const field of schema.fields) {
    const key = `"${field.name}":`;
    fields.push({ field, name: field.localName, key, print: fieldPrinter(field, made) });
  }
  return print;
}

function fieldPrinter(field: DescField, made: Map<DescMessage, Print>): Print {
  const print = valuePrinter(field, made);
  switch (field.fieldKind) {
    case "list":
      return (values) => `[${(values as unknown[]).map(print).join(",")}]`;
    case "map":
      return (entries) => {
        const members = mapEntries(entries).map(([key, value]) => `${quoted(key)}:${print(value)}`);
        return `{${members.join(",")}}`;
      };
    default:
      return print;
  }
}

function valuePrinter(field: DescField, made: Map<DescMessage, Print>): Print {
  switch (fieldKind(field)) {
    case "message":
      return objectPrinter(field.message!, made);
    case "string":
      return (value) => quoted(value as string);
    case "text":
      return (value) => quoted(textOf(value as Uint8Array));
    case "bytes":
      return (value) => `"${(value as Uint8Array).toBase64()}"`;
    case "double":
      return (value) => Number.isFinite(value) ? String(value) : "null";
    default:
      return String;
  }
}

function quoted(text: string): string {
  const json = JSON.stringify(text);
  return SPECIAL.test(json) ? json.replaceAll(EVERY_SPECIAL, escape) : json;
}

/** What Go escapes although JSON need not. */
const SPECIAL = /[<>&\u2028\u2029\ufffd]/;
const EVERY_SPECIAL = new RegExp(SPECIAL, "g");

function escape(character: string): string {
  return "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0");
}
