import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { encodeHex } from "../../base/bytes/bytes.ts";
import { ConfigError } from "../../base/errors.ts";
import { escapeText } from "../../base/text/escape_text.ts";
import { csvColumns } from "./csv_columns.ts";
import { fieldKind, textOf } from "./field_kind.ts";
import { compactTextFormat } from "./text_format.ts";
import { formatTime } from "./time_text.ts";

/** How rows are written; the defaults are the original's. */
export interface CsvOptions {
  /** Between the cells, by default a comma; not empty and without quotes and line ends. */
  readonly separator?: string;
  /** Names of the columns to write, in this order; by default all. */
  readonly select?: readonly string[];
  /** Before the parts of a nested value, by default `(`. */
  readonly begin?: string;
  /** Behind the parts of a nested value, by default `)`. */
  readonly end?: string;
  /** Between the parts of a nested value, by default `-`. */
  readonly structSeparator?: string;
  /** How times are written; by default as the original writes them. */
  readonly time?: (nanos: bigint) => string;
  /** Leaves control characters and the like as they are, as the original does. */
  readonly isRaw?: boolean;
  /** Puts `'` before cells that a spreadsheet would take for formulas. */
  readonly isForSpreadsheets?: boolean;
}

/** Writes the records of one type; lines are without their line end. */
export interface CsvFormat {
  /** The line with the names of the columns. */
  readonly header: string;
  /** The line of one record. */
  line(message: Message): string;
}

/**
 * The CSV form of a record type: one column a field (csv_columns.ts) and cells as the original
 * writes them, but quoted as RFC 4180 says where they need it, so that every CSV reader gets back
 * what was written, and escaped so that none commands a terminal, with backslashes doubled. Bytes are
 * hex digits, nested values `(a-b-c)`, absent ones empty.
 *
 * ```ts
 * import { create } from "@bufbuild/protobuf";
 * import { csvFormat } from "./csv_format.ts";
 * import { Dot1QSchema } from "../../../proto/gen/netcap_pb.ts";
 *
 * const csv = csvFormat(Dot1QSchema, { select: ["Priority", "Timestamp"], time: String });
 * if (csv.header !== "Priority,Timestamp") throw new Error(csv.header);
 * const line = csv.line(create(Dot1QSchema, { Timestamp: 16n, Priority: 3 }));
 * if (line !== "3,16") throw new Error(line);
 * ```
 *
 * @throws {ConfigError} with code "usage" when `select` names a column that the type does not have.
 */
export function csvFormat(schema: DescMessage, options: CsvOptions = {}): CsvFormat {
  const { separator = ",", select, isRaw = false, isForSpreadsheets = false } = options;
  const cells = new Cells(options);
  const columns = csvColumns(schema);
  const chosen = select?.map((name) => {
    const column = columns.find((column) => column.name === name);
    if (column !== undefined) return column;
    const names = columns.map(({ name }) => name).join(", ");
    throw new ConfigError("usage", `${schema.name} has no column "${name}"; it has ${names}`);
  }) ?? columns;
  const prints = chosen.map(({ field, isCount }) => {
    const print = isCount ? countOf : cells.column(schema, field);
    return (message: Message) => {
      const cell = print((message as unknown as Fields)[field.localName]);
      const shown = isRaw ? cell : escapeText(cell);
      return isForSpreadsheets && FORMULA.test(shown) ? "'" + shown : shown;
    };
  });
  const needsQuotes = (cell: string) => QUOTED.test(cell) || cell.includes(separator);
  const line = (cells: readonly string[]) =>
    cells.length === 1 && cells[0] === ""
      ? '""' // an empty line would be no row
      : cells.map((cell) => needsQuotes(cell) ? quoted(cell) : cell).join(separator);
  return {
    header: line(chosen.map(({ name }) => name)),
    line: (message) => line(prints.map((print) => print(message))),
  };
}

type Fields = Readonly<Record<string, unknown>>;
type Print = (value: unknown) => string;

const QUOTED = /["\r\n]/;
/** What a formula begins with, here or in a spreadsheet that drops spaces; a number is none. */
const FORMULA = /^(?!-\d+(?:\.\d+)?$)(?:\s*[=+@\-\uff1d\uff0b\uff20\uff0d]|[\t\r\n])/;

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

function countOf(values: unknown): string {
  return String((values as unknown[]).length);
}

const TIMES = ["Timestamp", "TimestampFirst", "TimestampLast"];

/** Types whose repeated messages stand one after the other, without begin, end and separator. */
const CONCATENATED = [
  "DNS",
  "Geneve",
  "ICMPv6NeighborAdvertisement",
  "ICMPv6NeighborSolicitation",
  "ICMPv6RouterAdvertisement",
  "ICMPv6RouterSolicitation",
  "IGMP",
  "IPv6HopByHop",
  "LinkLayerDiscoveryInfo",
  "TCP",
];

/** Bytes that are shown as text, by the name of their message. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  DNSResourceRecord: ["NS", "CNAME", "PTR", "TXTs"],
  DNSSOA: ["MName", "RName"],
  DNSSRV: ["Name"],
};

/** Fields that nested messages do not show. */
const HIDDEN: Readonly<Record<string, readonly string[]>> = { LSA: ["SrcIP", "DstIP"] };

/** How the values of fields are written. */
class Cells {
  readonly #begin: string;
  readonly #end: string;
  readonly #separator: string;
  readonly #time: (nanos: bigint) => string;
  readonly #made = new Map<DescMessage, Print>();

  constructor(options: CsvOptions) {
    this.#begin = options.begin ?? "(";
    this.#end = options.end ?? ")";
    this.#separator = options.structSeparator ?? "-";
    this.#time = options.time ?? formatTime;
  }

  /** The cell of a record's field. */
  column(schema: DescMessage, field: DescField): Print {
    if (TIMES.includes(field.name)) {
      return (nanos) => this.#time(nanos as bigint);
    }
    if (field.message?.name === "Software") {
      const print = compactTextFormat(field.message);
      return (message) => message === undefined ? "" : print(message as Message);
    }
    if (fieldKind(field) === "double") {
      const decimals = schema.name === "TCP" || schema.name === "UDP" ? 8 : 6;
      return (value) => (value as number).toFixed(decimals);
    }
    if (field.fieldKind === "list" && CONCATENATED.includes(schema.name) && field.message) {
      const print = this.#struct(field.message);
      return (values) => (values as unknown[]).map(print).join("");
    }
    return this.#field(schema, field);
  }

  #field(schema: DescMessage, field: DescField): Print {
    const print = this.#value(schema, field);
    if (field.fieldKind !== "list") return print;
    return (values) => this.#enclosed((values as unknown[]).map(print));
  }

  #value(schema: DescMessage, field: DescField): Print {
    switch (fieldKind(field)) {
      case "message":
        return this.#struct(field.message!);
      case "text":
        return (value) => textOf(value as Uint8Array);
      case "bytes":
        return NAMES[schema.name]?.includes(field.name)
          ? (value) => textOf(value as Uint8Array)
          : (value) => encodeHex(value as Uint8Array);
      default:
        return String;
    }
  }

  /** A nested message; the empty text for none. */
  #struct(schema: DescMessage): Print {
    const known = this.#made.get(schema);
    if (known !== undefined) return known;
    const fields: { name: string; print: Print }[] = [];
    const print = (message: unknown) => {
      if (message === undefined) return "";
      const parts = fields.map(({ name, print }) => print((message as Fields)[name]));
      switch (schema.name) {
        case "LLDPSysCapabilities":
          return parts.join("");
        case "IPv6HopByHopOption":
          return this.#begin + parts.join("") + this.#end;
        default:
          return this.#enclosed(parts);
      }
    };
    this.#made.set(schema, print); // before the fields, since messages may hold their like
    for (const field of schema.fields) {
      if (HIDDEN[schema.name]?.includes(field.name)) continue;
      fields.push({ name: field.localName, print: this.#field(schema, field) });
    }
    return print;
  }

  #enclosed(parts: readonly string[]): string {
    return this.#begin + parts.join(this.#separator) + this.#end;
  }
}
