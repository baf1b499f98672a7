/** The programs as they are installed, for pages and completion that are made of their flags. */
import { COLLECTOR_FLAGS } from "../lib/arguments/collector_flags.ts";
import type { FlagTable } from "../lib/arguments/flags.ts";
import { SENSOR_FLAGS } from "../lib/arguments/sensor_flags.ts";
import { DUMP_PROGRAM_FLAGS } from "../lib/write/read/dump_flags.ts";

/** A way to call an executable. */
export interface ProgramPage {
  /** Name of its page, `farcap-collector-dump`. */
  readonly name: string;
  /** What is typed: the executable, and the flag that makes it another program. */
  readonly command: string;
  readonly summary: string;
  readonly table: FlagTable;
  /** Name of its positional arguments. */
  readonly positionals?: string;
}

/** All of them. */
export const PROGRAM_PAGES: readonly ProgramPage[] = [
  {
    name: "farcap-sensor",
    command: "farcap-sensor",
    summary: "captures network traffic and sends audit records to a collector",
    table: SENSOR_FLAGS,
  },
  {
    name: "farcap-collector",
    command: "farcap-collector",
    summary: "receives audit records from sensors and keeps them in files",
    table: COLLECTOR_FLAGS,
  },
  {
    name: "farcap-collector-dump",
    command: "farcap-collector -dump",
    summary: "prints records that a collector has stored",
    table: DUMP_PROGRAM_FLAGS,
    positionals: "PATH…",
  },
];
