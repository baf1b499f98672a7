/** The values in records, and what kind each has. */
import {
  type DescField,
  type DescMessage,
  fromBinary,
  isMessage,
  type Message,
} from "@bufbuild/protobuf";
import { kindOf } from "../../../lib/base/record/field_kinds.ts";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { file_netcap, type Kind } from "../../../proto/gen/netcap_pb.ts";
import type { MadeRecord } from "./redact_capture.ts";

/** A value of a field: text and bytes as one character a byte, numbers as they are. */
export interface Leaf {
  /** `DNS.Answers.Name`. */
  readonly path: string;
  readonly kind: Kind;
  readonly value: string | number | bigint;
}

const SCHEMAS = new Map(file_netcap.messages.map((schema) => [schema.name, schema]));
const UTF8 = new TextEncoder();

/** All values of a record that are there. */
export function leavesOf({ type, bytes }: MadeRecord): Leaf[] {
  const schema = recordSchema(type)!;
  const leaves: Leaf[] = [];
  walk(fromBinary(schema, bytes), schema, schema.name, leaves);
  return leaves;
}

function walk(message: Message, schema: DescMessage, path: string, leaves: Leaf[]): void {
  for (const field of schema.fields) {
    const value = (message as unknown as Record<string, unknown>)[field.localName];
    add(value, field, `${path}.${field.name}`, leaves);
  }
}

function add(value: unknown, field: DescField, path: string, leaves: Leaf[]): void {
  const kind = kindOf(field);
  if (value instanceof Uint8Array) {
    if (value.length > 0) leaves.push({ path, kind, value: latin1(value) });
  } else if (typeof value === "string") {
    if (value !== "") leaves.push({ path, kind, value: latin1(UTF8.encode(value)) });
  } else if (typeof value === "number" || typeof value === "bigint") {
    leaves.push({ path, kind, value });
  } else if (Array.isArray(value)) {
    for (const each of value) add(each, field, path, leaves);
  } else if (isMessage(value)) {
    walk(value, SCHEMAS.get(value.$typeName.replace("netcap.", ""))!, path, leaves);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      add(key, field, path, leaves);
      add(each, field, path, leaves);
    }
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
