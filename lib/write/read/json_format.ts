import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { scalarZeroValue } from "@bufbuild/protobuf/reflect";
import { jsonString } from "../../base/text/escape_text.ts";
import { fieldKind, mapEntries } from "./field_kind.ts";
import type { Selection } from "./selection.ts";
import { timeFormat } from "./time_text.ts";
import { valueText } from "./value_text.ts";

/** How objects are written. */
export interface JsonOptions {
  /** How times are written, by default in full, in UTC. */
  readonly time?: (nanos: bigint) => string;
  /** The fields to write, in this order; by default all. */
  readonly selection?: Selection;
  /** Escapes only what JSON must. */
  readonly isRaw?: boolean;
}

/**
 * A function that prints messages of one type as JSON objects on one line: `type` and, if it is known,
 * `client`, then the fields in schema order. Left out are zero values, and nested messages that are empty, but for
 * elements of a list or a map. As protobuf's JSON mapping has it, integers of 64 bits are strings,
 * enums their names, and doubles that JSON has no number for `"NaN"`, `"Infinity"`, `"-Infinity"`;
 * other than there, names are the schema's, times RFC 3339 with nine digits, bytes hex digits, or
 * addresses and texts where the field's kind says so. Characters that could command a terminal are
 * escapes.
 *
 * ```ts
 * import { create } from "@bufbuild/protobuf";
 * import { jsonFormat } from "./json_format.ts";
 * import { Dot1QSchema } from "../../../proto/gen/netcap_pb.ts";
 *
 * const print = jsonFormat(Dot1QSchema);
 * const line = print(create(Dot1QSchema, { Timestamp: 1600000000123456000n, Priority: 3 }), "xyz");
 * const time = '"Timestamp":"2020-09-13T12:26:40.123456000Z"';
 * if (line !== `{"type":"Dot1Q","client":"xyz",${time},"Priority":3}`) throw new Error(line);
 * ```
 */
export function jsonFormat(
  schema: DescMessage,
  options: JsonOptions = {},
): (message: Message, client: string) => string {
  const printer = new JsonPrinter(options);
  const fields = printer.fields(schema, options.selection);
  let known: string | undefined;
  let begin = "";
  return (message, client) => {
    if (client !== known) {
      known = client;
      begin = `{"type":"${schema.name}"`;
      if (client !== "") begin += `,"client":${printer.string(client)}`;
    }
    return begin + fields(message as unknown as Fields) + "}";
  };
}

/** The same for messages in others: an object of their fields alone. */
export function membersFormat(
  schema: DescMessage,
  options: JsonOptions = {},
): (message: unknown) => string {
  const print = new JsonPrinter(options).fields(schema, options.selection);
  return (message) => `{${print(message as Fields).slice(1)}}`;
}

type Fields = Readonly<Record<string, unknown>>;
/** A member of an object with the comma before it, or nothing. */
type PrintMembers = (message: Fields) => string;
type Print = (value: unknown) => string;

class JsonPrinter {
  readonly string: (text: string) => string;
  readonly #time: (nanos: bigint) => string;
  readonly #made = new Map<DescMessage, PrintMembers>();

  constructor({ time = timeFormat(), isRaw = false }: JsonOptions) {
    this.string = isRaw ? (text) => JSON.stringify(text) : jsonString;
    this.#time = time;
  }

  /** The members of a message's object, each with a comma before it. */
  fields(schema: DescMessage, selection?: Selection): PrintMembers {
    const known = this.#made.get(schema);
    if (known !== undefined && selection === undefined) return known;
    const members: PrintMembers[] = [];
    const print: PrintMembers = (message) => {
      let text = "";
      for (let at = 0; at < members.length; at++) text += members[at]!(message);
      return text;
    };
    // Before the fields, since messages may hold their like.
    if (selection === undefined) this.#made.set(schema, print);
    const chosen = selection ?? schema.fields.map((field) => ({ field, within: undefined }));
    for (const { field, within } of chosen) members.push(this.#member(field, within));
    return print;
  }

  #member(field: DescField, within: Selection | undefined): PrintMembers {
    const key = `,"${field.name}":`;
    const name = field.localName;
    switch (field.fieldKind) {
      case "list": {
        const print = this.#value(field, within);
        return (message) => {
          const values = message[name] as readonly unknown[];
          return values.length === 0 ? "" : `${key}[${values.map(print).join(",")}]`;
        };
      }
      case "map": {
        const print = this.#value(field, within);
        return (message) => {
          const members = mapEntries(message[name])
            .map(([key, value]) => `${this.string(key)}:${print(value)}`);
          return members.length === 0 ? "" : `${key}{${members.join(",")}}`;
        };
      }
      case "message": {
        const print = this.fields(field.message, within);
        return (message) => {
          const value = message[name];
          const members = value === undefined ? "" : print(value as Fields);
          return members === "" ? "" : `${key}{${members.slice(1)}}`;
        };
      }
      default:
        return this.#scalar(field, key);
    }
  }

  /** A field with one value that is no message; what is zero is left out. */
  #scalar(field: DescField, key: string): PrintMembers {
    const name = field.localName;
    const print = this.#value(field, undefined);
    switch (fieldKind(field)) {
      case "boolean":
        return (message) => message[name] ? key + "true" : "";
      case "text":
      case "bytes":
        return (message) => {
          const bytes = message[name] as Uint8Array;
          return bytes.length === 0 ? "" : key + print(bytes);
        };
      default: {
        const zero = field.scalar === undefined ? 0 : scalarZeroValue(field.scalar, false);
        return (message) => {
          const value = message[name];
          return value === zero ? "" : key + print(value);
        };
      }
    }
  }

  #value(field: DescField, within: Selection | undefined): Print {
    if (field.message !== undefined) {
      const print = this.fields(field.message, within);
      return (message) => `{${print(message as Fields).slice(1)}}`;
    }
    const { form, print } = valueText(field, this.#time);
    switch (form) {
      case "literal":
        return print;
      case "plain":
        return (value) => `"${print(value)}"`;
      case "free":
        return (value) => this.string(print(value));
    }
  }
}
