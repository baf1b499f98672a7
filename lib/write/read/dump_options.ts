import type { FlagTable, FlagValues } from "../../arguments/flags.ts";
import type { TimeSpan } from "./record_reader.ts";
import { parseTimeSpan } from "./parse_time.ts";
import type { PrintOptions } from "./record_printer.ts";
import { unknownName } from "./selection.ts";
import { isZone } from "./time_text.ts";

/** What to print of a record file, and how. */
export interface DumpOptions extends TimeSpan, PrintOptions {
  /** The record file: ours or the original's, gzip or plain. */
  readonly path: string;
  /** Prints the file's header, or the line with the columns, instead of records. */
  readonly only?: "header" | "fields";
  /** Waits for more at the end of the file. */
  readonly follow?: boolean;
}

/** The flags that say what to dump, those of the original's `net dump` and three of our own. */
export const DUMP_FLAGS = {
  read: { kind: "string", value: "FILE", help: "record file to print" },
  struc: { kind: "boolean", default: true, help: "print text, unless another format is asked for" },
  json: { kind: "boolean", default: false, help: "print JSON, one object per line" },
  csv: { kind: "boolean", default: false, help: "print CSV with a line of column names" },
  table: { kind: "boolean", default: false, help: "print aligned columns that fit the terminal" },
  tsv: { kind: "boolean", default: false, help: "print CSV with tabs instead of commas" },
  sep: {
    kind: "string",
    default: ",",
    value: "TEXT",
    help: "separator of CSV cells; \\t is a tab and implies -csv",
  },
  select: {
    kind: "string",
    default: "",
    value: "NAMES",
    help: "fields to print, separated by commas; of JSON, tables and CSV",
  },
  header: { kind: "boolean", default: false, help: "print the file's header only" },
  fields: { kind: "boolean", default: false, help: "print the column names of CSV only" },
  begin: { kind: "string", default: "(", value: "TEXT", help: "opens a nested value in CSV" },
  end: { kind: "string", default: ")", value: "TEXT", help: "closes a nested value in CSV" },
  "struct-sep": {
    kind: "string",
    default: "-",
    value: "TEXT",
    help: "separator of the parts of a nested value in CSV",
  },
  "csv-safe": {
    kind: "boolean",
    default: false,
    help: "put ' before CSV cells that a spreadsheet would take for formulas",
  },
  raw: {
    kind: "boolean",
    default: false,
    help: "leave control characters as they are; a terminal is never sent any",
  },
  netcap: {
    kind: "boolean",
    default: false,
    help: "print text, JSON or CSV byte for byte as Netcap does",
  },
  utc: { kind: "boolean", default: true, help: "-utc=false: as -time ns" },
  time: {
    kind: "choice",
    choices: ["auto", "full", "short", "ns"],
    default: "auto",
    help: "form of times: RFC 3339 with nanoseconds (full), to the millisecond (short), " +
      "nanoseconds since 1970 (ns); auto is full, in tables short, in CSV as Netcap has it",
  },
  tz: {
    kind: "string",
    default: "UTC",
    value: "ZONE",
    help: "time zone of printed times, and of -from and -to without offset: Europe/Berlin, local",
  },
  from: {
    kind: "string",
    default: "",
    value: "TIME",
    help:
      "leave out records before this time: 2020-09-13T12:26:40Z, 2020-09-13, 09:02, -1h (ago), " +
      "Unix seconds, or as dumps print times",
  },
  to: {
    kind: "string",
    default: "",
    value: "TIME",
    help: "leave out records of this time and later",
  },
  follow: { kind: "boolean", default: false, help: "keep printing as the file grows" },
} as const satisfies FlagTable;

/** The options, or one line that names the flag and says what is wanted. */
export type DumpOutcome = { ok: true; options: DumpOptions } | { ok: false; message: string };

/** When and where a dump is asked for. */
export interface DumpOrigin {
  /** Nanoseconds since 1970. */
  readonly now: bigint;
  /** The machine's time zone, which `-tz local` means. */
  readonly localZone: string;
  /** The size of the terminal that is printed on, if it is one. */
  readonly terminal?: PrintOptions["terminal"];
}

/** What the flags of {@linkcode DUMP_FLAGS} ask for. Wrong usage is an outcome, never an exception. */
export function dumpOptions(
  flags: FlagValues<typeof DUMP_FLAGS>,
  { now, localZone, terminal }: DumpOrigin,
): DumpOutcome {
  const { read: path, fields, header, table, netcap } = flags;
  const isTsv = flags.tsv || ["\t", "\\t"].includes(flags.sep);
  const isCsv = flags.csv || isTsv || fields;
  const separator = isTsv ? "\t" : flags.sep;
  const zone = flags.tz === "local" ? localZone : flags.tz;

  if (path === undefined || path === "") {
    return wrong("Missing -read: wanted the record file to print");
  }
  const asked = [flags.json && "-json", isCsv && "CSV", table && "-table"].filter((it) => it);
  if (asked.length > 1) return wrong(`${asked.join(" and ")} exclude each other: give one of them`);
  if (!flags.struc && asked.length === 0 && !header) {
    return wrong("Nothing to print with -struc=false: add -json, -csv, -tsv or -table");
  }
  if (flags.select !== "" && asked.length === 0) {
    return wrong("-select is of JSON, CSV and tables: add -json, -csv, -tsv or -table");
  }
  if (netcap && (table || (flags.json && flags.select !== ""))) {
    return wrong("-netcap prints as Netcap does, which has no -table and no -select with -json");
  }
  if (separator === "" || /["\r\n]/.test(separator)) {
    return wrong("Wrong value of -sep: wanted text without quotes and line ends");
  }
  if (!isZone(zone)) {
    return wrong(
      `Wrong value "${zone}" of -tz: wanted a time zone such as Europe/Berlin, or local`,
    );
  }
  const times = parseTimeSpan(flags.from || undefined, flags.to || undefined, { now, zone });
  if (!times.ok) return wrong(wrongTime(times.wrong, flags[times.wrong]));
  const select = flags.select === "" ? undefined : flags.select.split(",").map((it) => it.trim());
  const unknown = isCsv ? undefined : unknownName(select ?? []);
  if (unknown !== undefined) return wrong(unknown);
  const csv = {
    separator,
    begin: flags.begin,
    end: flags.end,
    structSeparator: flags["struct-sep"],
    isForSpreadsheets: flags["csv-safe"],
  };
  const options: DumpOptions = {
    path,
    format: flags.json ? "json" : isCsv ? "csv" : table ? "table" : "text",
    isNetcap: netcap,
    isRaw: flags.raw,
    time: flags.time === "auto" ? (flags.utc ? undefined : "ns") : flags.time,
    zone,
    select,
    csv,
    terminal,
    only: header ? "header" : fields ? "fields" : undefined,
    ...times.span,
    follow: flags.follow,
  };
  return { ok: true, options };
}

function wrong(message: string): DumpOutcome {
  return { ok: false, message };
}

function wrongTime(name: string, text: string): string {
  return `Wrong value "${text}" of -${name}: wanted a time such as 2020-09-13T12:26:40.5Z, ` +
    "2020-09-13, 09:02, -1h, 1600000000 or one that -dump has printed";
}
