import type { FlagValues } from "../../arguments/flags.ts";
import type { DUMP_FLAGS } from "./dump_flags.ts";
import { isCountedByFile } from "./file_counts.ts";
import type { PrintOptions } from "./record_printer.ts";
import { type ChosenRecords, namesIn, recordChoice } from "./record_choice.ts";
import { unknownName } from "./selection.ts";

/** What to print of record files, and how. */
export interface DumpOptions extends ChosenRecords, PrintOptions {
  /** The most records that are printed; with `by`, the most values. */
  readonly limit?: number;
  /** Only the last records. */
  readonly tail?: number;
  /** Prints how many records there are. */
  readonly count?: boolean;
  /** Prints how often the values of these fields came together, or `type` and `client`. */
  readonly by?: readonly string[];
  /** With `by`, the field that is added up in place of counting records. */
  readonly sum?: string;
  /** Prints the headers of files, or the line with the columns, instead of records. */
  readonly only?: "header" | "fields";
  /** Waits for more at the end of files. */
  readonly follow?: boolean;
}

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
  const { fields, header, table, netcap, follow, limit, tail, count } = flags;
  const isTsv = flags.tsv || ["\t", "\\t"].includes(flags.sep);
  const isCsv = flags.csv || isTsv || fields;
  const separator = isTsv ? "\t" : flags.sep;
  const choice = recordChoice(flags, { now, localZone });
  if (!choice.ok) return choice;
  const by = namesIn(flags.by);
  const clash = clashOf(flags, by);
  if (clash !== undefined) return wrong(clash);
  const asked = [flags.json && "-json", isCsv && csvFlag(flags), table && "-table"].filter((it) =>
    it
  );
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
  const select = namesIn(flags.select);
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
    ...choice.records,
    follow,
    limit,
    tail,
    count,
    by,
    ...(flags.sum !== "" && { sum: flags.sum }),
    format: flags.json ? "json" : isCsv ? "csv" : table ? "table" : "text",
    isNetcap: netcap,
    isRaw: flags.raw,
    time: flags.time === "auto" ? (flags.utc ? undefined : "ns") : flags.time,
    zone: choice.zone,
    select,
    csv,
    terminal,
    only: header ? "header" : fields ? "fields" : undefined,
  };
  return { ok: true, options };
}

/** Why flags do not go together, if they do not. */
function clashOf(
  { count, limit, tail, follow, header, fields, csv, tsv, table, sum }: FlagValues<
    typeof DUMP_FLAGS
  >,
  by: readonly string[] | undefined,
): string | undefined {
  const ofFiles = by?.filter(isCountedByFile).length ?? 0;
  if (ofFiles > 0 && ofFiles !== by?.length) {
    return "-by type and client cannot be mixed with fields: give the one or the other";
  }
  if (by && !count) return "-by says what -count counts: add -count";
  if (sum !== "" && (!by || ofFiles > 0)) {
    return "-sum adds up a field for each value of others: add -count and -by with their names";
  }
  if (limit !== undefined && tail !== undefined && !follow) {
    return "-limit and -tail exclude each other: give one of them";
  }
  if (!count) return undefined;
  if (limit !== undefined && !by) return "-limit with -count needs -by: it limits values";
  if (tail !== undefined) return "-tail and -count exclude each other: give one of them";
  if (follow) return "-follow and -count exclude each other: there is no end to count at";
  if (table && !by) return "-count prints a number, or with -by a table: add -by";
  if (header || fields || csv || tsv) return "-count prints lines of text, -table, or -json";
  return undefined;
}

/** The flag that asks for CSV. */
function csvFlag({ csv, tsv, fields }: FlagValues<typeof DUMP_FLAGS>): string {
  return csv ? "-csv" : tsv ? "-tsv" : fields ? "-fields" : "-sep";
}

function wrong(message: string): DumpOutcome {
  return { ok: false, message };
}
