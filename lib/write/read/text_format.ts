import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { fieldKind, isZero, mapEntries } from "./field_kind.ts";

type Print = (value: unknown, indent: string) => string;

/** Layout of the text: what follows a name, a value, and the start of a message. */
interface Layout {
  readonly afterName: string;
  readonly afterValue: string;
  readonly open: string;
  readonly indent: string;
}

const LINES: Layout = { afterName: ": ", afterValue: "\n", open: "<\n", indent: "  " };
const COMPACT: Layout = { afterName: ":", afterValue: " ", open: "<", indent: "" };

/**
 * A function that prints messages of one type in the protobuf text format as the original does: a
 * line `Name: value` for each set field in schema order, nested messages between `<` and `>` and
 * indented by two spaces, strings and bytes in quotes with octal escapes.
 *
 * ```ts
 * import { create } from "@bufbuild/protobuf";
 * import { textFormat } from "./text_format.ts";
 * import { Dot1QSchema } from "../../../proto/gen/netcap_pb.ts";
 *
 * const print = textFormat(Dot1QSchema);
 * const lines = print(create(Dot1QSchema, { Timestamp: 16n, DropEligible: true }));
 * if (lines !== "Timestamp: 16\nDropEligible: true\n") throw new Error(lines);
 * ```
 */
export function textFormat(schema: DescMessage): (message: Message) => string {
  const print = messagePrinter(schema, LINES, new Map());
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
  const { afterName, afterValue, open } = layout;
  const print = valuePrinter(field, layout, made);
  const line: Print = (value, indent) =>
    indent + field.name + afterName + print(value, indent) + afterValue;
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
          text += indent + field.name + afterName + open +
            inner + "key" + afterName + quoted(key) + afterValue +
            inner + "value" + afterName + print(value, inner) + afterValue +
            indent + ">" + afterValue;
        }
        return text;
      };
    default:
      return line;
  }
}

function valuePrinter(field: DescField, layout: Layout, made: Map<DescMessage, Print>): Print {
  switch (fieldKind(field)) {
    case "message": {
      const print = messagePrinter(field.message!, layout, made);
      return (value, indent) => layout.open + print(value, indent + layout.indent) + indent + ">";
    }
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
