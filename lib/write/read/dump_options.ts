import type { FlagTable, FlagValues } from "../../arguments/flags.ts";
import type { CsvOptions } from "./csv_format.ts";
import type { TimeSpan } from "./record_reader.ts";
import { parseTimeSpan } from "./parse_time.ts";
import { isZone, type TimeForm } from "./time_text.ts";

/** What to print of a record file, and how. */
export interface DumpOptions extends TimeSpan {
  /** The record file: ours or the original's, gzip or plain. */
  readonly path: string;
  readonly format: "text" | "json" | "csv";
  /** How times are written; CSV has the original's form unless one of these is given. */
  readonly time?: TimeForm;
  /** The time zone of printed times, a name of the IANA database; by default UTC. */
  readonly zone?: string;
  /** For CSV, and for the column line. */
  readonly csv?: CsvOptions;
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
    help: "columns of CSV, separated by commas",
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
  utc: {
    kind: "boolean",
    default: true,
    help: "print times in CSV as text in UTC; -utc=false: nanoseconds since 1970",
  },
  time: {
    kind: "string",
    default: "",
    value: "FORM",
    help: "form of times: full (RFC 3339 with nanoseconds), short (to the millisecond), " +
      "ns (nanoseconds since 1970)",
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
}

/** What the flags of {@linkcode DUMP_FLAGS} ask for. Wrong usage is an outcome, never an exception. */
export function dumpOptions(
  flags: FlagValues<typeof DUMP_FLAGS>,
  { now, localZone }: DumpOrigin,
): DumpOutcome {
  const { read: path, select, fields, header } = flags;
  const isTsv = flags.tsv || ["\t", "\\t"].includes(flags.sep);
  const isCsv = flags.csv || isTsv || fields;
  const separator = isTsv ? "\t" : flags.sep;
  const zone = flags.tz === "local" ? localZone : flags.tz;

  if (path === undefined || path === "") {
    return wrong("Missing -read: wanted the record file to print");
  }
  if (flags.json && isCsv) return wrong("-json and CSV exclude each other: give one of them");
  if (!flags.struc && !flags.json && !isCsv && !header) {
    return wrong("Nothing to print with -struc=false: add -json, -csv or -tsv");
  }
  if (select !== "" && !isCsv) return wrong("-select chooses columns of CSV: add -csv or -tsv");
  if (separator === "" || /["\r\n]/.test(separator)) {
    return wrong("Wrong value of -sep: wanted text without quotes and line ends");
  }
  if (!isTimeForm(flags.time)) {
    return wrong(`Wrong value "${flags.time}" of -time: wanted full, short or ns`);
  }
  if (!isZone(zone)) {
    return wrong(
      `Wrong value "${zone}" of -tz: wanted a time zone such as Europe/Berlin, or local`,
    );
  }
  const times = parseTimeSpan(flags.from || undefined, flags.to || undefined, { now, zone });
  if (!times.ok) return wrong(wrongTime(times.wrong, flags[times.wrong]));
  const csv = {
    separator,
    select: select === "" ? undefined : select.split(",").map((name) => name.trim()),
    begin: flags.begin,
    end: flags.end,
    structSeparator: flags["struct-sep"],
    isUtc: flags.utc,
  };
  const format = flags.json ? "json" : isCsv ? "csv" : "text";
  const only = header ? "header" : fields ? "fields" : undefined;
  const time = flags.time === "" ? undefined : flags.time;
  const { span } = times;
  return {
    ok: true,
    options: { path, format, time, zone, csv, only, ...span, follow: flags.follow },
  };
}

function isTimeForm(text: string): text is TimeForm | "" {
  return ["", "full", "short", "ns"].includes(text);
}

function wrong(message: string): DumpOutcome {
  return { ok: false, message };
}

function wrongTime(name: string, text: string): string {
  return `Wrong value "${text}" of -${name}: wanted a time such as 2020-09-13T12:26:40.5Z, ` +
    "2020-09-13, 09:02, -1h, 1600000000 or one that -dump has printed";
}
