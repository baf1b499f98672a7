import { ConfigError, messageOf } from "../base/errors.ts";
import { rest } from "../base/wait/rest_io.ts";
import type { Log } from "../base/program/log_io.ts";
import { parseRoster, type Roster } from "./roster.ts";

const LOOK_MS = 2000;
/** A text counts when it is still the same that much later. */
const SETTLE_MS = 200;

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
  #reloading: Promise<void> = Promise.resolve();

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
    const { text, roster } = await readAtStart(path);
    sayWhatIsIn(path, roster, options.log);
    return new RosterFile(path, text, roster, options);
  }

  /** The one that holds now. */
  get roster(): Roster {
    return this.#roster;
  }

  /** Reads the file again. */
  reload(): Promise<void> {
    return this.#reloading = this.#reloading.then(() => this.#reload());
  }

  async #reload(): Promise<void> {
    let problem = "";
    try {
      const text = await readFile(this.#path);
      if (text !== this.#text && text === await this.#readLater()) problem = this.#take(text);
    } catch (error) {
      problem = messageOf(error);
    }
    if (problem !== "" && problem !== this.#problem) {
      this.#log.problem(
        "roster",
        `Cannot use the sensors in ${this.#path}: ${problem}; those read before stay in force`,
      );
    }
    this.#problem = problem;
  }

  /** A file that is being written changes again: half of it would end sessions. */
  async #readLater(): Promise<string> {
    await rest(SETTLE_MS);
    return await readFile(this.#path);
  }

  /** Returns what is wrong with a text, and takes it if nothing is. */
  #take(text: string): string {
    const parsed = parseRoster(text);
    if ("problem" in parsed) return parsed.problem;
    this.#text = text;
    this.#roster = parsed.roster;
    sayWhatIsIn(this.#path, parsed.roster, this.#log);
    this.#onChange();
    return "";
  }

  /** Stops looking. */
  [Symbol.dispose](): void {
    clearInterval(this.#looking);
  }
}

/** The roster in a file, once. @throws ConfigError `roster` when it cannot be read or understood. */
export async function readRoster(path: string): Promise<Roster> {
  return (await readAtStart(path)).roster;
}

async function readAtStart(path: string): Promise<{ text: string; roster: Roster }> {
  let text: string;
  try {
    text = await readFile(path);
  } catch (cause) {
    const message = `Cannot read the sensors in ${path}: ${messageOf(cause)}`;
    throw new ConfigError("roster", message, { cause });
  }
  const parsed = parseRoster(text);
  if ("roster" in parsed) return { text, roster: parsed.roster };
  throw new ConfigError("roster", `Cannot use the sensors in ${path}: ${parsed.problem}`);
}

/** A pipe would be waited for, for ever perhaps, and cannot be read again. */
async function readFile(path: string): Promise<string> {
  const { isFile } = await Deno.stat(path);
  if (!isFile) {
    throw new TypeError("it is a folder, a pipe or a device; wanted: a file, which is read again");
  }
  return await Deno.readTextFile(path);
}

function sayWhatIsIn(path: string, { size }: Roster, log: Log): void {
  log.line(`sensors: ${size} ${size === 1 ? "key" : "keys"} in ${path}`);
}
