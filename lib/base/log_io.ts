/** What a program says while it runs, one line each on standard output; problems on standard error. */
export interface Log {
  /** Said always. */
  line(text: string): void;
  /** Said with `-verbose`. */
  detail(text: string): void;
  /** Said on standard error, at most once a second for each reason, with the count of those left out before. */
  problem(reason: string, text: string): void;
}

const SAMPLE_MS = 1000;
/** Reasons remembered: names that sensors choose are in them, so that there may be any number. */
const MAX_REASONS = 1000;

/**
 * Logs to the terminal.
 *
 * ```ts
 * import { terminalLog } from "./log_io.ts";
 *
 * const log = terminalLog(false);
 * log.line("listening on 127.0.0.1:1335");
 * log.detail("said with -verbose only");
 * ```
 */
export function terminalLog(isVerbose: boolean): Log {
  const said = new Map<string, { atMs: number; unsaid: number }>();
  return {
    line: (text) => say(console.log, text),
    detail: isVerbose ? (text) => say(console.log, text) : () => {},
    problem(reason, text) {
      const nowMs = performance.now();
      const before = said.get(reason);
      if (before && nowMs - before.atMs < SAMPLE_MS) {
        before.unsaid++;
        return;
      }
      const more = before && before.unsaid > 0 ? ` (and ${before.unsaid} more)` : "";
      say(console.error, text + more);
      said.delete(reason); // those said longest ago come first
      said.set(reason, { atMs: nowMs, unsaid: 0 });
      if (said.size > MAX_REASONS) said.delete(said.keys().next().value!);
    },
  };
}

/** A log that cannot be written, on a full disk or into a closed pipe, does not end what it tells of. */
function say(write: (text: string) => void, text: string): void {
  try {
    write(text);
  } catch {
    // there is nobody to tell
  }
}

/** Says nothing, for use as a library. */
export const SILENT: Log = { line() {}, detail() {}, problem() {} };
