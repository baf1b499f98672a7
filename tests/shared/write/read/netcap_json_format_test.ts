import { assertEquals } from "@std/assert";
import { create, type DescField, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { recordSchema } from "../../../../lib/base/record/record_schemas.ts";
import { typeNumber } from "../../../../lib/base/record/record_types.ts";
import { fieldKind } from "../../../../lib/write/read/field_kind.ts";
import { netcapJsonFormat } from "../../../../lib/write/read/netcap_json_format.ts";
import { readRecords } from "../../../../lib/write/read/read_records_io.ts";
import { originalFiles, originalLines } from "./original_records.ts";

Deno.test("netcapJsonFormat() prints the original's files as the original does", async () => {
  for (const { type, path, lines } of originalFiles()) {
    const printed: string[] = [];
    for await (const { schema, records } of readRecords(path)) {
      const print = netcapJsonFormat(schema);
      printed.push(...records.map((record) => print(fromBinary(schema, record))));
    }
    // The original's order of records is not stable.
    assertEquals(printed.sort(), lines.sort(), type);
  }
});

Deno.test("netcapJsonFormat() prints every record that the original printed", () => {
  let compared = 0;
  for (const { capture, type, lines } of originalLines()) {
    const schema = schemaOf(type === "VRRP" ? "VRRPv2" : type);
    const print = netcapJsonFormat(schema);
    for (const line of lines) {
      if (line.includes("\\ufffd")) continue; // the original lost bytes here
      assertEquals(print(messageOf(schema, parseExact(line))), line, capture);
      compared++;
    }
  }
  assertEquals(compared > 2000, true);
});

function schemaOf(type: string): DescMessage {
  return recordSchema(typeNumber(type))!;
}

type Json = string | boolean | bigint | number | Json[] | { [name: string]: Json };

/** Parses JSON without rounding large integers. */
function parseExact(text: string): Json {
  const revive = (_: string, value: unknown, { source }: { source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && Number.isInteger(value)
      ? BigInt(source!)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

/** The message that a line of the original stands for. */
function messageOf(schema: DescMessage, json: Json): ReturnType<typeof create> {
  const fields = Object.entries(json).map(([name, value]) => {
    const field = schema.fields.find((field) => field.name === name);
    if (field === undefined) throw new Error(`${schema.name} has no field ${name}`);
    const one = (value: Json) => valueOf(field, value);
    return [field.localName, field.fieldKind === "list" ? (value as Json[]).map(one) : one(value)];
  });
  return create(schema, Object.fromEntries(fields));
}

function valueOf(field: DescField, value: Json): unknown {
  switch (fieldKind(field)) {
    case "message":
      return messageOf(field.message!, value);
    case "bytes":
      return Uint8Array.fromBase64(value as string);
    case "text":
      return new TextEncoder().encode(value as string);
    case "integer":
      return typeof create(field.parent)[field.localName as never] === "bigint"
        ? BigInt(value as number)
        : value;
    default:
      return value;
  }
}
