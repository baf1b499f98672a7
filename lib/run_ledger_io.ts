import { FarcapError } from "./base/errors.ts";
import { terminalText } from "./base/text/escape_text.ts";
import type { LedgerOptions } from "./write/ledger/ledger_options.ts";
import { causeLine, clientJson, clientTable, LedgerTotal } from "./write/ledger/ledger_text.ts";
import { type LedgerReading, readLedger } from "./write/ledger/read_ledger_io.ts";
import type { EngineOptions } from "./write/nats/engine_access.ts";
import { type Output, TextOutput } from "./write/read/text_output_io.ts";
import { timeFormat } from "./write/read/time_text.ts";

/** How it ended: 0 when nothing is missing, 1 when books cannot be read, 3 when something is missing. */
export type LedgerCode = 0 | 1 | 3;

/** What a ledger needs besides its options. */
export interface LedgerSurroundings {
  /** Says a line on standard error, or where the caller wants it. */
  readonly say?: (line: string) => void;
  /** Where the stream is that is read in place of folders. */
  readonly engine?: EngineOptions | undefined;
}

/**
 * Prints the ledger of a collector's folder, one client after another: what was seen, stored, refused
 * and lost, and why. The collector may run meanwhile. It ends quietly when nobody reads the output.
 */
export async function runLedger(
  options: LedgerOptions,
  out: Output,
  { say = console.error, engine }: LedgerSurroundings = {},
): Promise<LedgerCode> {
  const { wanted, now, isJson, hasTable, zone } = options;
  const output = new TextOutput(out);
  const total = new LedgerTotal();
  const time = timeFormat(isJson ? "full" : "short", zone);
  let isUnreadable = false;
  try {
    const { folders, clients } = options;
    const reading: LedgerReading = {
      ...{ ...wanted, ...(clients && { clients }), now, onNotice: say },
      onUnreadable: ({ message }) => {
        say(terminalText(message));
        isUnreadable = true;
      },
    };
    const ledgers = engine ? await ofStream(engine, reading) : readLedger(folders, reading);
    for await (const ledger of ledgers) {
      total.add(ledger);
      if (isJson) output.add(clientJson(ledger, time));
      if (!isJson && hasTable) output.add(clientTable(ledger));
      if (!isJson) {
        for (const cause of ledger.causes) output.add(causeLine(ledger.client, cause, time));
      }
      await output.flush();
    }
    output.add(`${isJson ? total.json : total.line}\n`);
    await output.flush();
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) return 0; // nobody reads on
    if (!(cause instanceof FarcapError)) throw cause;
    say(terminalText(cause.message));
    return 1;
  }
  return isUnreadable ? 1 : total.missing.size > 0 ? 3 : 0;
}

/** Loaded when it is needed. */
async function ofStream(engine: EngineOptions, reading: LedgerReading) {
  const { readStreamLedger } = await import("./write/nats/read_stream_ledger_io.ts");
  return readStreamLedger(engine, reading);
}
