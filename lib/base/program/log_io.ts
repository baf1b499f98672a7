import { LOG_LEVELS, type LogFormat, type LogLevel } from "./log_line.ts";
import { type NewEvent, Output } from "./output_io.ts";
import { Repeats } from "./repeats.ts";

/** What a program says while it runs, one line each on standard output; problems on standard error. */
export interface Log {
  /** Said of what happens. */
  line(text: string, about?: About): void;
  /** Said of every step; with `-verbose`, or `-log-level debug`. */
  detail(text: string, about?: About): void;
  /** Said on standard error, at most once a second for each reason, with the count of those left out before. */
  problem(reason: string, text: string, about?: About): void;
}

/** What a line is about. */
export interface About {
  /** Name of the sensor, as it is stored. */
  readonly sensor?: string;
}

/** How a program's log is kept. */
export interface LogOptions {
  readonly format: LogFormat;
  /** What is less important is not said. */
  readonly level: LogLevel;
}

/** The log of a program, and what it tells in the end; nothing of it ever waits for who reads it. */
export class ProgramLog implements Log {
  /** What is less important is not said; may change. */
  level: LogLevel;
  readonly #output: Output;
  readonly #repeats = new Repeats();

  constructor(output: Output, { format, level }: LogOptions) {
    this.#output = output;
    this.level = level;
    output.format = format;
  }

  line(text: string, about?: About): void {
    this.#say({ level: "info", message: text, ...about });
  }

  detail(text: string, about?: About): void {
    this.#say({ level: "debug", message: text, ...about });
  }

  problem(reason: string, text: string, about?: About): void {
    const repeats = this.#repeats.take(reason, performance.now());
    if (repeats === undefined) return;
    this.#say({ level: "warning", message: text, repeats, ...about });
  }

  /** Said on standard error of what ends the program, or a part of it. */
  error(text: string): void {
    this.#say({ level: "error", message: text });
  }

  #say(event: NewEvent): void {
    if (LOG_LEVELS.indexOf(event.level) <= LOG_LEVELS.indexOf(this.level)) {
      this.#output.write(event);
    }
  }
}

/**
 * Logs to the terminal, each line with its time.
 *
 * ```ts
 * import { terminalLog } from "@farcap/farcap/transport";
 *
 * const log = terminalLog(false); // what `log.line` is told is said,
 * log.detail("a step"); // and this only where details are
 * ```
 */
export function terminalLog(isVerbose: boolean): Log {
  return new ProgramLog(new Output(undefined), {
    format: "text",
    level: isVerbose ? "debug" : "info",
  });
}

/** A log that says of each line that it is about a sensor. */
export function logAbout(log: Log, sensor: string): Log {
  const withName = (about?: About): About => ({ sensor, ...about });
  return {
    line: (text, about) => log.line(text, withName(about)),
    detail: (text, about) => log.detail(text, withName(about)),
    problem: (reason, text, about) => log.problem(reason, text, withName(about)),
  };
}

/** Says nothing, for use as a library. */
export const SILENT: Log = { line() {}, detail() {}, problem() {} };
