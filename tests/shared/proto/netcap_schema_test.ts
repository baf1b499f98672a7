/**
 * The generated schema against `../shared/spec/schema.md`, which lists the original's messages:
 * what is expected is made from the tables of that page.
 */
import { assertEquals, assertExists } from "@std/assert";
import {
  type DescField,
  type DescMessage,
  getOption,
  hasOption,
  ScalarType,
} from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { RECORD_TYPES } from "../../../lib/base/record/record_types.ts";
import { file_netcap, text, Type, TypeSchema } from "../../../proto/gen/netcap_pb.ts";
import { SHARED } from "../shared.ts";

/** A number of ours is not less (proto/README.md). */
const FIRST_OF_OURS = 1000;

const spec = parsePage(await Deno.readTextFile(new URL("spec/schema.md", SHARED)));

/** Messages that are not ours: ours stand behind them. */
const ORIGINAL = file_netcap.messages.slice(0, spec.messages.size);

Deno.test("the schema has the 144 messages of the original, in its order", () => {
  assertEquals(spec.messages.size, 144);
  assertEquals(ORIGINAL.map(({ name }) => name), [...spec.messages.keys()]);
});

Deno.test("the enum Type has the original's 100 values", () => {
  assertEquals(spec.types.length, 100);
  assertEquals(
    TypeSchema.values.map(({ number, name }) => ({ number, name }))
      .filter(({ number }) => number < FIRST_OF_OURS),
    spec.types.map(({ number, name }) => ({ number, name })),
  );
  assertEquals(TypeSchema.open, true);
  assertEquals(Type.NC_TCP, 38);
});

Deno.test("each type number names its message", () => {
  for (const { name, message } of spec.types) {
    assertEquals(name, `NC_${message}`);
    assertExists(spec.messages.get(message), message);
  }
});

Deno.test("the 71 record types are those that the original opens", () => {
  const expected = spec.types.filter(({ record }) => record).map(({ number }) => number);
  assertEquals(expected.length, 71);
  assertEquals(RECORD_TYPES.filter((number) => number < FIRST_OF_OURS), expected);
});

Deno.test("the schema has the original's 1181 fields, 36 of them bytes shown as text", () => {
  const fields = ORIGINAL.flatMap(originalFields);
  assertEquals(fields.length, 1181);
  const shown = fields.filter((field) => hasOption(field, text)).map(({ parent, name }) =>
    `${parent.name}.${name}`
  );
  assertEquals(shown.sort(), [...spec.rawStrings].sort());
  assertEquals(shown.length, 36);
});

Deno.test("every message has the original's field numbers, names and wire forms", () => {
  for (const message of ORIGINAL) {
    assertEquals(originalFields(message).map(shapeOf), expectedShapes(message), message.name);
    for (const field of message.fields) {
      assertEquals(field.jsonName, field.name, message.name);
      const scalar = field.fieldKind === "scalar" || field.fieldKind === "enum";
      if (scalar) assertEquals(field.presence, FeatureSet_FieldPresence.IMPLICIT, message.name);
    }
  }
});

/** Those of a message that are not ours (proto/README.md). */
function originalFields({ fields }: DescMessage): DescField[] {
  return fields.filter(({ number }) => number < FIRST_OF_OURS);
}

/** A field as schema.md writes it, in words that decide its wire form. */
interface Shape {
  number: number;
  name: string;
  /** `string`, `repeated int32`, `map<string, string>`, a message's name, … */
  type: string;
  /** Repeated numbers share one length-delimited field. */
  packed: boolean;
  text: boolean;
}

function shapeOf(field: DescField): Shape {
  return {
    number: field.number,
    name: field.name,
    type: typeOf(field),
    packed: field.fieldKind === "list" && field.packed,
    text: getOption(field, text),
  };
}

function typeOf(field: DescField): string {
  if (field.fieldKind === "map") return `map<${scalarName(field.mapKey)}, ${elementOf(field)}>`;
  return field.fieldKind === "list" ? `repeated ${elementOf(field)}` : elementOf(field);
}

function elementOf(field: DescField): string {
  if (field.message !== undefined) return field.message.name;
  if (field.enum !== undefined) return field.enum.name;
  return scalarName(field.scalar);
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}

function expectedShapes(message: DescMessage): Shape[] {
  const fields = spec.messages.get(message.name);
  assertExists(fields, `schema.md has no message ${message.name}`);
  return fields.map(({ number, name, type }) => {
    const raw = spec.rawStrings.has(`${message.name}.${name}`);
    return {
      number,
      name,
      type: raw ? type.replace("string", "bytes") : type,
      packed: /^repeated (double|float|u?int(32|64)|bool)$/.test(type),
      text: raw,
    };
  });
}

interface Spec {
  /** §4: the fields of each message. */
  messages: Map<string, { number: number; name: string; type: string }[]>;
  /** §3: the values of the enum. */
  types: { number: number; name: string; message: string; record: boolean }[];
  /** §2: `Message.Field` of the string fields that carry raw bytes. */
  rawStrings: Set<string>;
}

function parsePage(page: string): Spec {
  const messages: Spec["messages"] = new Map();
  for (const part of sectionOf(page, 4).split(/^### /m).slice(1)) {
    const name = part.slice(0, part.indexOf("\n")).trim();
    messages.set(
      name,
      rowsOf(part).map(([number = "", name = "", type = ""]) => ({
        number: Number(number),
        name,
        type,
      })),
    );
  }
  const types = rowsOf(sectionOf(page, 3)).map((
    [number = "", name = "", message = "", record],
  ) => ({
    number: Number(number),
    name,
    message,
    record: record === "yes",
  }));
  const rawStrings = new Set(
    rowsOf(sectionOf(page, 2)).flatMap(([names = ""]) => expandNames(names, messages)),
  );
  return { messages, types, rawStrings };
}

function sectionOf(page: string, number: number): string {
  return page.split(/^## /m).find((section) => section.startsWith(`${number}. `)) ?? "";
}

/** The cells of a Markdown table's rows, without its head. */
function rowsOf(text: string): string[][] {
  return text.split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** `A.X, .Y`, `A.X/Y`, `A.*` and `A strings` name fields as §2 does. */
function expandNames(names: string, messages: Spec["messages"]): string[] {
  let message = "";
  return names.split(/,\s*/).flatMap((part) => {
    const [, owner, fields = "*"] = /^(\w*)(?:\.(\S+)| strings)$/.exec(part) ?? [];
    message = owner || message;
    const strings = (messages.get(message) ?? [])
      .filter(({ type }) => /^(repeated )?string$/.test(type))
      .map(({ name }) => name);
    return (fields === "*" ? strings : fields.split("/")).map((name) => `${message}.${name}`);
  });
}
