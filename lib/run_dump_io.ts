import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { Header } from "../proto/gen/netcap_pb.ts";
import { FarcapError } from "./base/errors.ts";
import { parseMessage } from "./base/parse_message.ts";
import { typeName } from "./base/record_types.ts";
import { csvFormat } from "./write/read/csv_format.ts";
import type { DumpOptions } from "./write/read/dump_options.ts";
import { jsonFormat } from "./write/read/json_format.ts";
import { readRecords } from "./write/read/read_records_io.ts";
import { storeError } from "./write/files/store_error.ts";
import { textFormat } from "./write/read/text_format.ts";
import { formatTime } from "./write/read/time_text.ts";

/** Where a dump goes: standard output, for one. */
export interface DumpOutput {
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Whether it is a terminal: one is sent no control characters, which it would obey. */
  isTerminal?(): boolean;
}

/** What a dump needs besides its options. */
export interface DumpSurroundings {
  /** Ends the dump, also one that follows its file. */
  readonly signal?: AbortSignal;
  /** Says a line on standard error, or where the caller wants it. */
  readonly say?: (line: string) => void;
}

/** Text is written in parts of about this size. */
const WRITE_CHARACTERS = 1 << 16;

/**
 * Prints a record file. Returns the exit code: 0 when all that the file holds has been printed, also
 * when it ends in the middle of a record, which is said; 1 when it is damaged or cannot be read. It
 * ends quietly when nobody reads the output any more.
 */
export async function runDump(
  options: DumpOptions,
  out: DumpOutput,
  { signal, say = console.error }: DumpSurroundings = {},
): Promise<0 | 1> {
  const { path, only } = options;
  let schema: DescMessage | undefined;
  let printer: Printer = NOTHING;
  let printed = 0;
  let unreadable = 0;
  let isDamaged = false;
  try {
    for await (const burst of readRecords(path, { ...options, signal })) {
      if (only === "header") {
        await write(out, headerLines(burst.header));
        return 0;
      }
      let text = "";
      if (burst.schema !== schema) {
        schema = burst.schema;
        printer = printerOf(schema, options);
        text = printer.start;
      }
      for (const record of only === "fields" ? [] : burst.records) {
        const message = parseMessage(burst.schema, record);
        if (message === undefined) {
          unreadable++;
          continue;
        }
        printed++;
        text += printer.record(message);
        if (text.length >= WRITE_CHARACTERS) {
          await write(out, text);
          text = "";
        }
      }
      await write(out, text);
      if (only === "fields") return 0;
      for (const { code, message } of burst.problems) {
        say(`${path}: read ${printed} records; ${message}`);
        isDamaged ||= code === "damaged";
      }
    }
    await write(out, printer.end(printed));
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) return 0; // nobody reads on
    if (!(cause instanceof FarcapError)) throw cause;
    say(cause.message);
    return 1;
  }
  if (unreadable > 0) say(`${path}: ${unreadable} records are damaged and have been left out`);
  return isDamaged || unreadable > 0 ? 1 : 0;
}

/** How the records of one type are printed. */
interface Printer {
  /** Stands before the first record. */
  readonly start: string;
  record(message: Message): string;
  /** Stands behind the last record. */
  end(records: number): string;
}

const NOTHING: Printer = { start: "", record: () => "", end: () => "" };

function printerOf(schema: DescMessage, { format, csv }: DumpOptions): Printer {
  switch (format) {
    case "json": {
      const print = jsonFormat(schema);
      return { ...NOTHING, record: (message) => print(message) + "\n" };
    }
    case "csv": {
      const { header, line } = csvFormat(schema, csv);
      return { ...NOTHING, start: header + "\n", record: (message) => line(message) + "\n" };
    }
    case "text": {
      const print = textFormat(schema);
      return {
        start: "",
        record: (message) => `NC_${schema.name}\n${print(message)}\n`,
        end: (records) => `${records} records.\n`,
      };
    }
  }
}

function headerLines(header: Header): string {
  const lines = {
    Created: formatTime(header.Created),
    Source: header.InputSource,
    Version: header.Version,
    Type: typeName(header.Type),
    ContainsPayloads: String(header.ContainsPayloads),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${`${name}:`.padEnd(18)}${value.replaceAll(/\p{Cc}/gu, "\ufffd")}\n`)
    .join("");
}

async function write(out: DumpOutput, text: string): Promise<void> {
  const shown = out.isTerminal?.() ? text.replaceAll(CONTROL, "\ufffd") : text;
  const bytes = new TextEncoder().encode(shown);
  try {
    for (let at = 0; at < bytes.length;) at += await out.write(bytes.subarray(at));
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) throw cause;
    throw storeError("write what was read", cause);
  }
}

/** What moves the cursor or commands a terminal, but for what we lay text out with. */
const CONTROL = /[^\P{Cc}\n\t]/gu;
