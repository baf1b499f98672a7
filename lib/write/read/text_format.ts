import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { escapeText } from "../../base/text/escape_text.ts";
import { fieldKind, isZero, mapEntries } from "./field_kind.ts";
import { timeFormat } from "./time_text.ts";
import { valueText } from "./value_text.ts";

type Print = (value: unknown, indent: string) => string;

/** What stands around names and values, and how a value is written that is no message. */
interface Layout {
  readonly afterName: string;
  readonly afterValue: string;
  readonly open: string;
  readonly close: string;
  readonly indent: string;
  readonly leavesOutEmpty: boolean;
  readonly key: (text: string) => string;
  readonly value: (field: DescField) => (value: unknown) => string;
}

const NETCAP: Layout = {
  afterName: ": ",
  afterValue: "\n",
  open: ": <\n",
  close: ">",
  indent: "  ",
  leavesOutEmpty: false,
  key: quoted,
  value: netcapValue,
};
const COMPACT: Layout = { ...NETCAP, afterName: ":", afterValue: " ", open: ":<", indent: "" };

/** How text is written. */
export interface TextOptions {
  /** How times are written, by default in full, in UTC. */
  readonly time?: (nanos: bigint) => string;
  /** Escapes only what ends a line or a quotation. */
  readonly isRaw?: boolean;
}

/**
 * A function that prints messages of one type for people: `type`, `client` if it is known, then a line `Name:
 * value` for each set field in schema order, nested messages between braces and indented by two
 * spaces. Values are those of JSON; text stands in quotes where it is more than a word.
 *
 * ```ts
 * import { create } from "@bufbuild/protobuf";
 * import { textFormat } from "./text_format.ts";
 * import { Dot1QSchema } from "../../../proto/gen/netcap_pb.ts";
 *
 * const print = textFormat(Dot1QSchema);
 * const lines = print(create(Dot1QSchema, { Timestamp: 16n, DropEligible: true }), "xyz");
 * const times = "Timestamp: 1970-01-01T00:00:00.000000016Z\n";
 * if (lines !== `type: Dot1Q\nclient: xyz\n${times}DropEligible: true\n`) throw new Error(lines);
 * ```
 */
export function textFormat(
  schema: DescMessage,
  { time = timeFormat(), isRaw = false }: TextOptions = {},
): (message: Message, client: string) => string {
  const word = isRaw ? rawWord : wordOf;
  const layout: Layout = {
    ...NETCAP,
    open: " {\n",
    close: "}",
    leavesOutEmpty: true,
    key: word,
    value: (field) => {
      const { form, print } = valueText(field, time);
      return form === "free" ? (value) => word(print(value)) : print;
    },
  };
  const print = messagePrinter(schema, layout, new Map());
  return (message, client) => {
    const from = client === "" ? "" : `client: ${word(client)}\n`;
    return `type: ${schema.name}\n${from}${print(message, "")}`;
  };
}

/**
 * A function that prints messages of one type in the protobuf text format as the original does: a
 * line `Name: value` for each set field in schema order, nested messages between `<` and `>` and
 * indented by two spaces, strings and bytes in quotes with octal escapes.
 *
 * ```ts
 * import { create } from "@bufbuild/protobuf";
 * import { netcapTextFormat } from "./text_format.ts";
 * import { Dot1QSchema } from "../../../proto/gen/netcap_pb.ts";
 *
 * const print = netcapTextFormat(Dot1QSchema);
 * const lines = print(create(Dot1QSchema, { Timestamp: 16n, DropEligible: true }));
 * if (lines !== "Timestamp: 16\nDropEligible: true\n") throw new Error(lines);
 * ```
 */
export function netcapTextFormat(schema: DescMessage): (message: Message) => string {
  const print = messagePrinter(schema, NETCAP, new Map());
  return (message) => print(message, "");
}

/** The same on one line, each value with a space behind it: `Timestamp:16 DropEligible:true `. */
export function compactTextFormat(schema: DescMessage): (message: Message) => string {
  const print = messagePrinter(schema, COMPACT, new Map());
  return (message) => print(message, "");
}

function messagePrinter(
  schema: DescMessage,
  layout: Layout,
  made: Map<DescMessage, Print>,
): Print {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const fields: { field: DescField; print: Print }[] = [];
  const print = (message: unknown, indent: string) => {
    let text = "";
    for (const { field, print } of fields) {
      const value = (message as Record<string, unknown>)[field.localName];
      if (!isZero(field, value)) text += print(value, indent);
    }
    return text;
  };
  made.set(schema, print); // before the fields, since messages may hold their like
  for (const field of schema.fields) {
    fields.push({ field, print: fieldPrinter(field, layout, made) });
  }
  return print;
}

function fieldPrinter(field: DescField, layout: Layout, made: Map<DescMessage, Print>): Print {
  const { afterValue, open, close, leavesOutEmpty } = layout;
  const print = valuePrinter(field, layout, made);
  const line: Print = (value, indent) => indent + field.name + print(value, indent) + afterValue;
  switch (field.fieldKind) {
    case "list":
      return (values, indent) => {
        let text = "";
        for (const value of values as unknown[]) text += line(value, indent);
        return text;
      };
    case "map":
      return (entries, indent) => {
        const inner = indent + layout.indent;
        let text = "";
        for (const [key, value] of mapEntries(entries)) {
          text += indent + field.name + open +
            inner + "key" + layout.afterName + layout.key(key) + afterValue +
            inner + "value" + print(value, inner) + afterValue +
            indent + close + afterValue;
        }
        return text;
      };
    case "message": {
      if (!leavesOutEmpty) return line;
      const members = messagePrinter(field.message, layout, made);
      return (value, indent) => {
        const text = members(value, indent + layout.indent);
        return text === "" ? "" : indent + field.name + open + text + indent + close + afterValue;
      };
    }
    default:
      return line;
  }
}

/** What stands behind a name, or behind `value` of a map's entry. */
function valuePrinter(field: DescField, layout: Layout, made: Map<DescMessage, Print>): Print {
  const { afterName, open, close } = layout;
  if (field.message !== undefined) {
    const print = messagePrinter(field.message, layout, made);
    return (value, indent) => open + print(value, indent + layout.indent) + indent + close;
  }
  const print = layout.value(field);
  return (value) => afterName + print(value);
}

function netcapValue(field: DescField): (value: unknown) => string {
  switch (fieldKind(field)) {
    case "string":
      return (value) => quoted(value as string);
    case "text":
    case "bytes":
      return (value) => quotedBytes(value as Uint8Array);
    case "double":
      return (value) => doubleText(value as number);
    case "enum":
      return (value) => field.enum!.value[value as number]?.name ?? String(value);
    default:
      return String;
  }
}

/** Text of letters, digits and what stands in names and addresses as it is, other text in quotes. */
function wordOf(text: string): string {
  return WORD.test(text) ? text : `"${escapeText(text).replaceAll('"', '\\"')}"`;
}

function rawWord(text: string): string {
  return WORD.test(text) ? text : `"${text.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

const WORD = /^[\w.:/@%+-]+$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : quotedBytes(new TextEncoder().encode(text));
}

/** Printable ASCII that needs no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quotedBytes(bytes: Uint8Array): string {
  let text = '"';
  for (const byte of bytes) text += ESCAPED[byte];
  return text + '"';
}

/** Each byte as it stands between quotes. */
const ESCAPED = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (PLAIN.test(character)) return character;
  return { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" }[character] ??
    "\\" + byte.toString(8).padStart(3, "0");
});

/** The shortest decimal form, with an exponent below 10^-4 and from 10^6 on, as Go's `%v`. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const [digits, exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
