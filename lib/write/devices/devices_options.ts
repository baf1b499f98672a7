import type { FlagValues } from "../../arguments/flags.ts";
import { usageText } from "../../arguments/usage_text.ts";
import type { DumpOrigin } from "../read/dump_options.ts";
import { type ChosenRecords, recordChoice } from "../read/record_choice.ts";
import { DEVICES_FLAGS } from "./devices_flags.ts";

/** Whose devices, and how they are printed. */
export interface DevicesOptions extends ChosenRecords {
  readonly isJson: boolean;
  readonly zone: string;
  /** Columns of the terminal; without it nothing is cut. */
  readonly width?: number;
}

/** The options, or one line that names the flag and says what is wanted. */
export type DevicesOutcome =
  | { readonly ok: true; readonly options: DevicesOptions }
  | { readonly ok: false; readonly message: string };

const SUMMARY =
  "prints the devices that stored records tell of: hardware address, vendor, names, " +
  "addresses, first and last seen, by client; exit code 0: printed, 1: something is damaged or " +
  "cannot be read, 2: wrong usage, 3: there is no device";

/** The usage text of the collector as a table of devices. */
export function devicesUsage(): string {
  return usageText("collector -devices", SUMMARY, DEVICES_FLAGS, { positionals: "PATH…" });
}

/** What the flags of {@linkcode DEVICES_FLAGS} ask for. */
export function devicesOptions(
  flags: FlagValues<typeof DEVICES_FLAGS>,
  { terminal, ...origin }: DumpOrigin,
): DevicesOutcome {
  const choice = recordChoice({ ...flags, where: "" }, origin);
  if (!choice.ok) return choice;
  return {
    ok: true,
    options: {
      ...choice.records,
      isJson: flags.json,
      zone: choice.zone,
      ...(terminal && { width: terminal.columns }),
    },
  };
}
