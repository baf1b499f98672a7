import type { Header } from "../proto/gen/netcap_pb.ts";
import { FarcapError } from "./base/errors.ts";
import { escapeText, terminalText } from "./base/escape_text.ts";
import { parseMessage } from "./base/parse_message.ts";
import { typeName } from "./base/record_types.ts";
import type { DumpOptions } from "./write/read/dump_options.ts";
import { recordPrinter } from "./write/read/record_printer.ts";
import { readRecords } from "./write/read/read_records_io.ts";
import { storeError } from "./write/files/store_error.ts";
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
  const printer = recordPrinter(options);
  let printed = 0;
  let unreadable = 0;
  let isDamaged = false;
  try {
    for await (const burst of readRecords(path, { ...options, signal })) {
      if (only === "header") {
        await write(out, headerLines(burst.header));
        return 0;
      }
      const { schema, header: { InputSource: client } } = burst;
      let text = printer.begin(schema);
      for (const record of only === "fields" ? [] : burst.records) {
        const message = parseMessage(schema, record);
        if (message === undefined) {
          unreadable++;
          continue;
        }
        printed++;
        text += printer.record({ schema, client, message });
        if (text.length >= WRITE_CHARACTERS) {
          await write(out, text);
          text = "";
        }
      }
      if (options.follow) text += printer.flush();
      await write(out, text);
      if (only === "fields") return 0;
      for (const { code, message } of burst.problems) {
        say(`${path}: read ${printed} records; ${message}`);
        isDamaged ||= code === "damaged";
      }
    }
    await write(out, printer.end());
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) return 0; // nobody reads on
    if (!(cause instanceof FarcapError)) throw cause;
    say(cause.message);
    return 1;
  }
  if (unreadable > 0) say(`${path}: ${unreadable} records are damaged and have been left out`);
  return isDamaged || unreadable > 0 ? 1 : 0;
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
    .map(([name, value]) => `${`${name}:`.padEnd(18)}${escapeText(value)}\n`)
    .join("");
}

async function write(out: DumpOutput, text: string): Promise<void> {
  const shown = out.isTerminal?.() ? terminalText(text) : text;
  const bytes = new TextEncoder().encode(shown);
  try {
    for (let at = 0; at < bytes.length;) at += await out.write(bytes.subarray(at));
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) throw cause;
    throw storeError("write what was read", cause);
  }
}
