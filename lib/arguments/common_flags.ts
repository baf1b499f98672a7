import { type FlagTable, grouped } from "./flags.ts";

/** The flags by which both programs are configured. */
export const CONFIG_FLAGS = grouped("Configuration", {
  config: {
    kind: "string",
    value: "FILE",
    help:
      "file of settings, one a line: a flag's name without dash, and its value; flags and the " +
      "environment overrule it",
  },
  "gen-config": {
    kind: "boolean",
    default: false,
    environment: false,
    help: "print such a file with all settings, commented, and exit",
  },
  "show-config": {
    kind: "boolean",
    default: false,
    environment: false,
    help: "print which settings hold, and where each is from, and exit",
  },
  "check-config": {
    kind: "boolean",
    default: false,
    environment: false,
    help:
      "say what is wrong with flags, environment and file, and exit, with code 2 if something is",
  },
}) satisfies FlagTable;

/** What every program can be asked for. */
export const COMMON_ACTS = {
  version: {
    kind: "boolean",
    default: false,
    environment: false,
    help: "print the version and exit",
  },
  help: { kind: "boolean", default: false, environment: false, help: "print this text and exit" },
} as const satisfies FlagTable;
