/** The programs as they are installed, for pages and completion that are made of their flags. */
import { COLLECTOR_FLAGS } from "../../lib/arguments/collector_flags.ts";
import type { FlagTable } from "../../lib/arguments/flags.ts";
import { SENSOR_FLAGS } from "../../lib/arguments/sensor_flags.ts";
import { DEVICES_FLAGS } from "../../lib/write/devices/devices_flags.ts";
import { EXPORT_FLAGS } from "../../lib/write/export/export_flags.ts";
import { LEDGER_FLAGS } from "../../lib/write/ledger/ledger_flags.ts";
import { DUMP_PROGRAM_FLAGS } from "../../lib/write/read/dump_flags.ts";

/** A way to call an executable. */
export interface ProgramPage {
  /** Heading in docs/flags.md. */
  readonly heading: string;
  /** Name of its page, `farcap-collector-dump`. */
  readonly name: string;
  /** What is typed: the executable, and the flag that makes it another program. */
  readonly command: string;
  readonly summary: string;
  readonly table: FlagTable;
  /** Name of its positional arguments, which are paths. */
  readonly positionals?: string;
  /** What its exit code 3 says. */
  readonly code3?: string;
}

/** All of them. */
export const PROGRAM_PAGES: readonly ProgramPage[] = [
  {
    heading: "Sensor",
    name: "farcap-sensor",
    command: "farcap-sensor",
    summary: "captures network traffic and sends audit records to a collector",
    table: SENSOR_FLAGS,
  },
  {
    heading: "Collector",
    name: "farcap-collector",
    command: "farcap-collector",
    summary: "receives audit records from sensors and keeps them in files",
    table: COLLECTOR_FLAGS,
  },
  {
    heading: "Dump",
    name: "farcap-collector-dump",
    command: "farcap-collector -dump",
    summary: "prints records that a collector has stored",
    table: DUMP_PROGRAM_FLAGS,
    positionals: "PATH…",
    code3: "Nothing fitted.",
  },
  {
    heading: "Ledger",
    name: "farcap-collector-ledger",
    command: "farcap-collector -ledger",
    summary: "prints what sensors saw, what is stored of it, and what is missing",
    table: LEDGER_FLAGS,
    positionals: "FOLDER…",
    code3: "Something is missing.",
  },
  {
    heading: "Devices",
    name: "farcap-collector-devices",
    command: "farcap-collector -devices",
    summary: "prints the devices that stored records tell of",
    table: DEVICES_FLAGS,
    positionals: "PATH…",
    code3: "There is no device.",
  },
  {
    heading: "Export",
    name: "farcap-collector-export",
    command: "farcap-collector -export",
    summary: "writes records that a collector has stored as others read them",
    table: EXPORT_FLAGS,
    positionals: "PATH…",
  },
];

/** What an executable is when it is called alone, and with the flags that make it another program. */
export function pagesOf(executable: string): readonly [ProgramPage, ...ProgramPage[]] {
  const pages = PROGRAM_PAGES.filter(({ command }) => command.split(" ")[0] === executable);
  return pages as [ProgramPage, ...ProgramPage[]];
}
