import type { FlagValues } from "../../arguments/flags.ts";
import { usageText } from "../../arguments/usage_text.ts";
import { type ChosenRecords, recordChoice } from "../read/record_choice.ts";
import type { DumpOrigin } from "../read/dump_options.ts";
import { EXPORT_FLAGS } from "./export_flags.ts";
import type { ExportFormat } from "./export_formats.ts";
import { exportTarget } from "./export_target.ts";

/** What to export, and where to. */
export interface ExportOptions extends ChosenRecords {
  readonly format: ExportFormat;
  /** What is written to: a folder, `-` for standard output, or `udp://HOST:PORT` or `tcp://HOST:PORT` for a collector of IPFIX. */
  readonly out: string;
  /** The folder for how far it is, where `out` is none; without it each run begins with the first record. */
  readonly position?: string;
  /** Waits for more at the end of files. */
  readonly follow: boolean;
  /** Flows of IPFIX a second over UDP; 10,000 by default. */
  readonly rate?: number;
  /** How often the position is written; by default what suits the format. */
  readonly everyMs?: number;
}

/** The options, or one line that names the flag and says what is wanted. */
export type ExportOutcome =
  | { readonly ok: true; readonly options: ExportOptions }
  | { readonly ok: false; readonly message: string };

const SUMMARY =
  "writes records as others read them; the next run goes on where this one ended; exit " +
  "code 0: written, 1: something is damaged or cannot be read or written, 2: wrong usage";

/** The usage text of the collector as an export. */
export function exportUsage(): string {
  return usageText("collector -export", SUMMARY, EXPORT_FLAGS, { positionals: "PATH…" });
}

/** What the flags of {@linkcode EXPORT_FLAGS} ask for. */
export function exportOptions(
  flags: FlagValues<typeof EXPORT_FLAGS>,
  origin: Pick<DumpOrigin, "now" | "localZone">,
): ExportOutcome {
  const choice = recordChoice(flags, origin);
  if (!choice.ok) return choice;
  const { out = "", position, follow, rate, every: everyMs, export: format } = flags;
  const target = exportTarget(format, out);
  if ("problem" in target) return { ok: false, message: target.problem };
  if (position !== undefined && (position === "" || target.kind === "folder")) {
    const message =
      `Wrong value "${position}" of -position: wanted a folder, and an -out that is none`;
    return { ok: false, message };
  }
  return {
    ok: true,
    options: {
      ...{ ...choice.records, format, out, follow, rate },
      ...(position !== undefined && { position }),
      ...(everyMs !== undefined && { everyMs }),
    },
  };
}
