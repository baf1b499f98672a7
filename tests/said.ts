import type { Log } from "../lib/base/program/log_io.ts";

/** A log that keeps what was said. */
export class Said implements Log {
  readonly lines: string[] = [];
  readonly details: string[] = [];
  readonly problems: [reason: string, text: string][] = [];

  line(text: string): void {
    this.lines.push(text);
  }

  detail(text: string): void {
    this.details.push(text);
  }

  problem(reason: string, text: string): void {
    this.problems.push([reason, text]);
  }
}
