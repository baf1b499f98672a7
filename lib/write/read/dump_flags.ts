import { COMMON_ACTS } from "../../arguments/common_flags.ts";
import { type FlagTable, grouped } from "../../arguments/flags.ts";
import { NATS_ACCESS_FLAGS } from "../../arguments/nats_flags.ts";

/** The most records that `-tail` holds in memory. */
const MAX_TAIL = 1_000_000;

/** The flags that say what to dump: those of the original's `net dump`, and our own. */
export const DUMP_FLAGS = {
  ...grouped("What to read", {
    read: {
      kind: "strings",
      value: "PATH",
      help: "a record file, the folder of a client or of all clients, - for standard input, or " +
        "nats://HOST:PORT or tls://…, where collectors with -store have stored; it may also be " +
        "given without the flag",
    },
    type: {
      kind: "strings",
      value: "NAMES",
      help: "only records of these types, separated by commas: TCP,UDP",
    },
    client: {
      kind: "strings",
      value: "NAMES",
      help: "only records of these clients, or folders of clients, separated by commas",
    },
    follow: {
      kind: "boolean",
      default: false,
      help: "keep printing as files grow; wait for files that are not there yet",
    },
  }),
  ...grouped("Which records", {
    where: {
      kind: "string",
      default: "",
      value: "EXPR",
      help: "only records that fit: 'DstPort == 53 and SrcIP in 192.0.2.0/24'",
    },
    from: {
      kind: "string",
      default: "",
      value: "TIME",
      help: "leave out records before this time: 2020-09-13T12:26:40Z, 2020-09-13, 09:02, -1h " +
        "(ago), Unix seconds, or as dumps print times",
    },
    to: {
      kind: "string",
      default: "",
      value: "TIME",
      help: "leave out records of this time and later",
    },
    limit: {
      kind: "integer",
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      value: "N",
      otherwise: "all",
      help: "end after so many records; with -by, print so many values",
    },
    tail: {
      kind: "integer",
      min: 0,
      max: MAX_TAIL,
      value: "N",
      otherwise: "all",
      help: "only the last records; with -follow, the last that are there, then all that come",
    },
    count: {
      kind: "boolean",
      default: false,
      help: "print how many records there are in place of them",
    },
    by: {
      kind: "string",
      default: "",
      value: "NAMES",
      help: "with -count: print how many there are for each value of a field, the most frequent " +
        "first; of several, for each combination; type and client count as fields",
    },
    sum: {
      kind: "string",
      default: "",
      value: "NAME",
      help: "with -by: add up a field of numbers in place of counting records, the largest first",
    },
  }),
  ...grouped("How to print", {
    struc: {
      kind: "boolean",
      default: true,
      help: "print text, unless another format is asked for",
    },
    json: { kind: "boolean", default: false, help: "print JSON, one object per line" },
    table: { kind: "boolean", default: false, help: "print aligned columns that fit the terminal" },
    csv: { kind: "boolean", default: false, help: "print CSV with a line of column names" },
    tsv: { kind: "boolean", default: false, help: "print CSV with tabs instead of commas" },
    select: {
      kind: "string",
      default: "",
      value: "NAMES",
      help: "fields to print, separated by commas; of JSON, tables and CSV",
    },
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
    utc: { kind: "boolean", default: true, help: "-utc=false: as -time ns" },
    netcap: {
      kind: "boolean",
      default: false,
      help: "print text, JSON or CSV byte for byte as Netcap does",
    },
    raw: {
      kind: "boolean",
      default: false,
      help: "leave control characters as they are; a terminal is never sent any",
    },
    header: { kind: "boolean", default: false, help: "print the headers of files only" },
    fields: { kind: "boolean", default: false, help: "print the column names of CSV only" },
  }),
  ...grouped("How to print CSV", {
    sep: {
      kind: "string",
      default: ",",
      value: "TEXT",
      help: "separator of CSV cells; \\t is a tab and implies -csv",
    },
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
  }),
} as const satisfies FlagTable;

/** The flags of `collector -dump`. */
export const DUMP_PROGRAM_FLAGS = {
  ...DUMP_FLAGS,
  ...grouped("NATS", NATS_ACCESS_FLAGS),
  ...grouped("Other", {
    dump: { kind: "boolean", default: false, help: "what makes the collector a dump" },
    ...COMMON_ACTS,
  }),
} as const satisfies FlagTable;
