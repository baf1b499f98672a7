import type { DescMessage } from "@bufbuild/protobuf";
import { ConfigError } from "../../base/errors.ts";
import { csvFormat, type CsvOptions } from "./csv_format.ts";
import { jsonFormat } from "./json_format.ts";
import { netcapJsonFormat } from "./netcap_json_format.ts";
import type { PrintedRecord } from "./printed_record.ts";
import { selectionOf } from "./selection.ts";
import { TableFormat } from "./table_format.ts";
import { netcapTextFormat, textFormat } from "./text_format.ts";
import { formatTime, type TimeForm, timeFormat } from "./time_text.ts";

/** How records are printed. */
export interface PrintOptions {
  readonly format: "text" | "json" | "csv" | "table";
  /** Prints as the original does, byte for byte; of text, JSON and CSV. */
  readonly isNetcap?: boolean;
  /** Leaves control characters and the like as they are. */
  readonly isRaw?: boolean;
  /** How times are written; by default in full, in a table to the millisecond, in CSV as the original's. */
  readonly time?: TimeForm;
  /** The time zone of printed times, a name of the IANA database; by default UTC. */
  readonly zone?: string;
  /** The fields to print, in this order; of JSON, CSV and tables. */
  readonly select?: readonly string[];
  readonly csv?: Pick<
    CsvOptions,
    "separator" | "begin" | "end" | "structSeparator" | "isForSpreadsheets"
  >;
  /** The terminal that a table is for; without one it is as wide as it gets. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

/** Turns records into text, each call some whole lines or none. */
export interface RecordPrinter {
  /** Stands before the records of a type, of which there may be none. */
  begin(schema: DescMessage): string;
  record(record: PrintedRecord): string;
  /** What waits to be printed with more, for whoever has no more by now. */
  flush(): string;
  /** Stands behind the last record. */
  end(): string;
}

/**
 * A printer of records of any types.
 *
 * @throws {ConfigError} with code "usage", of `begin` and `record`, for columns that a type does not
 * have, and for a second type as CSV.
 */
export function recordPrinter(options: PrintOptions): RecordPrinter {
  switch (options.format) {
    case "json":
      return linePrinter((schema) => jsonLine(schema, options));
    case "text":
      return textPrinter(options);
    case "csv":
      return csvPrinter(options);
    case "table": {
      const table = new TableFormat({
        width: options.terminal?.columns,
        rowsPerHeader: options.terminal && Math.max(options.terminal.rows - 2, 10),
        select: options.select,
        time: timeFormat(options.time ?? "short", options.zone),
      });
      return {
        begin: () => "",
        record: (record) => table.print(record),
        flush: () => table.flush(),
        end: () => table.flush(),
      };
    }
  }
}

type Line = (record: PrintedRecord) => string;

function linePrinter(lineOf: (schema: DescMessage) => Line): RecordPrinter {
  const made = new Map<DescMessage, Line>();
  let known: DescMessage | undefined;
  let line: Line = () => "";
  return {
    begin: () => "",
    record(record) {
      if (record.schema !== known) {
        known = record.schema;
        line = made.get(known) ?? lineOf(known);
        made.set(known, line);
      }
      return line(record);
    },
    flush: () => "",
    end: () => "",
  };
}

function jsonLine(
  schema: DescMessage,
  { isNetcap, isRaw, time, zone, select }: PrintOptions,
): Line {
  if (isNetcap) {
    const print = netcapJsonFormat(schema);
    return ({ message }) => print(message) + "\n";
  }
  const selection = select && selectionOf(schema, select);
  const print = jsonFormat(schema, { time: timeFormat(time, zone), selection, isRaw });
  return ({ message, client }) => print(message, client) + "\n";
}

function textPrinter({ isNetcap, isRaw, time, zone }: PrintOptions): RecordPrinter {
  let records = 0;
  const printer = linePrinter((schema) => {
    if (isNetcap) {
      const print = netcapTextFormat(schema);
      return ({ message }) => `NC_${schema.name}\n${print(message)}\n`;
    }
    const print = textFormat(schema, { time: timeFormat(time, zone), isRaw });
    return ({ message, client }) => print(message, client) + "\n";
  });
  return {
    ...printer,
    record(record) {
      records++;
      return printer.record(record);
    },
    end: () => `${records} records.\n`,
  };
}

function csvPrinter(options: PrintOptions): RecordPrinter {
  const { isNetcap = false, isRaw = isNetcap, time, zone, select, csv } = options;
  const isOriginal = time === undefined && (isNetcap || zone === undefined || zone === "UTC");
  const times = isOriginal ? formatTime : timeFormat(time, zone);
  let known: DescMessage | undefined;
  let line: Line = () => "";
  const begin = (schema: DescMessage) => {
    if (schema === known) return "";
    if (known !== undefined) {
      throw new ConfigError(
        "usage",
        `Cannot print ${known.name} and ${schema.name} as CSV: it has the columns of one type; ` +
          `wanted: -type ${known.name}, say, or -json`,
      );
    }
    known = schema;
    const format = csvFormat(schema, { ...csv, select, time: times, isRaw });
    line = ({ message }) => format.line(message) + "\n";
    return format.header + "\n";
  };
  return {
    begin,
    record: (record) => begin(record.schema) + line(record),
    flush: () => "",
    end: () => "",
  };
}
