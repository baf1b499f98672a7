import { ConfigError, messageOf } from "../base/errors.ts";
import type { Log } from "../base/log_io.ts";
import { parseRoster, type Roster } from "./roster.ts";

const LOOK_MS = 2000;

/**
 * The roster in a file, read again every 2 s and when asked to. A file that is gone or wrong changes
 * nothing: the last good one holds, and what is wrong is said.
 */
export class RosterFile implements Disposable {
  readonly #path: string;
  readonly #log: Log;
  readonly #onChange: () => void;
  readonly #looking: ReturnType<typeof setInterval>;
  #text: string;
  #roster: Roster;
  #problem = "";

  private constructor(
    path: string,
    text: string,
    roster: Roster,
    { log, onChange }: { readonly log: Log; readonly onChange: () => void },
  ) {
    this.#path = path;
    this.#text = text;
    this.#roster = roster;
    this.#log = log;
    this.#onChange = onChange;
    this.#looking = setInterval(() => this.reload(), LOOK_MS);
  }

  /**
   * Reads the roster.
   *
   * @param onChange Told when the roster has become another one.
   * @throws ConfigError `roster` when it cannot be read or understood.
   */
  static async open(
    path: string,
    options: { readonly log: Log; readonly onChange: () => void },
  ): Promise<RosterFile> {
    let text: string;
    try {
      text = await Deno.readTextFile(path);
    } catch (cause) {
      throw new ConfigError("roster", `Cannot read the sensors in ${path}: ${messageOf(cause)}`, {
        cause,
      });
    }
    const parsed = parseRoster(text);
    if ("problem" in parsed) {
      throw new ConfigError("roster", `Cannot use the sensors in ${path}: ${parsed.problem}`);
    }
    return new RosterFile(path, text, parsed.roster, options);
  }

  /** The one that holds now. */
  get roster(): Roster {
    return this.#roster;
  }

  /** Reads the file again. */
  async reload(): Promise<void> {
    let problem = "";
    try {
      const text = await Deno.readTextFile(this.#path);
      if (text !== this.#text) {
        const parsed = parseRoster(text);
        if ("problem" in parsed) problem = parsed.problem;
        else {
          this.#text = text;
          this.#roster = parsed.roster;
          this.#log.line(`sensors: ${parsed.roster.size} keys in ${this.#path}`);
          this.#onChange();
        }
      }
    } catch (error) {
      problem = messageOf(error);
    }
    if (problem !== "" && problem !== this.#problem) {
      this.#log.problem(
        "roster",
        `Cannot use the sensors in ${this.#path}: ${problem}; those from before may go on sending`,
      );
    }
    this.#problem = problem;
  }

  /** Stops looking. */
  [Symbol.dispose](): void {
    clearInterval(this.#looking);
  }
}
