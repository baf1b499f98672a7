import type { FlagValues } from "../../arguments/flags.ts";
import { usageText } from "../../arguments/usage_text.ts";
import type { TimeSpan } from "../../base/time_span.ts";
import type { DumpOrigin } from "../read/dump_options.ts";
import { parseTimeSpan } from "../read/parse_time.ts";
import { namesIn } from "../read/record_choice.ts";
import { isZone } from "../read/time_text.ts";
import { LEDGER_FLAGS } from "./ledger_flags.ts";

/** What is asked of the ledger. */
export interface LedgerOptions {
  /** Folders of a client, or of all clients. */
  readonly folders: readonly string[];
  /** Only these clients. */
  readonly clients?: readonly string[];
  readonly wanted: TimeSpan;
  /** Ns since 1970. */
  readonly now: bigint;
  readonly isJson: boolean;
  readonly hasTable: boolean;
  readonly zone: string;
}

/** The options, or one line that names the flag and says what is wanted. */
export type LedgerOutcome =
  | { readonly ok: true; readonly options: LedgerOptions }
  | { readonly ok: false; readonly message: string };

const SUMMARY = "prints what was seen, stored, refused and lost, by sensor and type, and why; " +
  "exit code 0: nothing is missing, 1: the books cannot be read, 2: wrong usage, 3: something is missing";

/** The usage text of the collector as a ledger. */
export function ledgerUsage(): string {
  return usageText("collector -ledger", SUMMARY, LEDGER_FLAGS, { positionals: "FOLDER…" });
}

/** What the flags of {@linkcode LEDGER_FLAGS} ask for. */
export function ledgerOptions(
  flags: FlagValues<typeof LEDGER_FLAGS>,
  { now, localZone }: Pick<DumpOrigin, "now" | "localZone">,
): LedgerOutcome {
  const folders = flags.read.filter((path) => path !== "");
  if (folders.length === 0) {
    return wrong("Nothing to read: wanted the folder of the collector's record files");
  }
  const zone = flags.tz === "local" ? localZone : flags.tz;
  if (!isZone(zone)) {
    return wrong(
      `Wrong value "${zone}" of -tz: wanted a time zone such as Europe/Berlin, or local`,
    );
  }
  const times = parseTimeSpan(flags.from || undefined, flags.to || undefined, { now, zone });
  if (!times.ok) {
    return wrong(
      `Wrong value "${flags[times.wrong]}" of -${times.wrong}: wanted a time such as ` +
        "2020-09-13T12:26:40Z, 2020-09-13, 09:02 or -1h",
    );
  }
  const { from, to } = times.span;
  if (from !== undefined && to !== undefined && from >= to) {
    return wrong(`No time lies between -from ${flags.from} and -to ${flags.to}`);
  }
  const clients = namesIn(flags.client.join(","));
  return {
    ok: true,
    options: {
      ...{ folders, wanted: times.span, now, zone, isJson: flags.json },
      ...(clients && { clients }),
      hasTable: flags.table || (from === undefined && to === undefined),
    },
  };
}

function wrong(message: string): LedgerOutcome {
  return { ok: false, message };
}
