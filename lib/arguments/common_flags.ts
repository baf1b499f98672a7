import { LOG_FORMATS, LOG_LEVELS, type LogLevel } from "../base/program/log_line.ts";
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

/** The flags that say who may look at a run. */
export const WATCHING_FLAGS = {
  top: {
    kind: "boolean",
    default: false,
    environment: false,
    help:
      "show on the terminal, live, what is captured, sent, stored and lost; keys sort it, q ends " +
      "the program",
  },
  metrics: {
    kind: "string",
    value: "ADDR",
    otherwise: "not at all",
    help:
      "where to answer http with /metrics for Prometheus, /healthz and /readyz: PORT or :PORT " +
      "on 127.0.0.1, HOST:PORT",
  },
} as const satisfies FlagTable;

/** The flags that say what is told of a run, and how. */
export const LOG_FLAGS = {
  "log-format": {
    kind: "choice",
    choices: LOG_FORMATS,
    default: "text",
    help: "how lines are written: for people, as key=value, or as JSON, one object a line",
  },
  "log-level": {
    kind: "choice",
    choices: LOG_LEVELS,
    default: "info",
    reloadable: true,
    help: "the least important of what is told",
  },
} as const satisfies FlagTable;

/** What every program can be asked for. */
export const COMMON_ACTS = {
  version: {
    kind: "boolean",
    default: false,
    environment: false,
    help: "print the version and exit",
  },
  help: {
    kind: "boolean",
    default: false,
    environment: false,
    help: "print this text and exit; -help FLAG explains one of them",
  },
} as const satisfies FlagTable;

/** The level that the flags of a program ask for: `-verbose` is `-log-level debug`. */
export function levelOf(
  flags: { readonly verbose: boolean; readonly "log-level": LogLevel },
): LogLevel {
  return flags.verbose ? "debug" : flags["log-level"];
}
