import { encodeHex } from "../base/bytes/bytes.ts";
import { MAX_NAME_BYTES } from "../base/max_name.ts";
import { parseKey } from "./key.ts";
import { equalLimits, parseRosterOptions, type RosterOptions } from "./roster_options.ts";

/** Who may send, by public key. */
export interface RosterEntry extends RosterOptions {
  /** The name that its files are stored under. */
  readonly name: string;
}

/** Who may send. */
export interface SensorList {
  /** The owner of a key; undefined when it may not send. */
  entryOf(key: Uint8Array): RosterEntry | undefined;
  /** Whether a key that may send has that name. */
  hasName(name: string): boolean;
}

/** The sensors that may send by a file. */
export class Roster implements SensorList {
  /** By the hex digits of the key. */
  readonly #entries: ReadonlyMap<string, RosterEntry>;

  constructor(entries: ReadonlyMap<string, RosterEntry>) {
    this.#entries = entries;
  }

  /** By the hex digits of the key. */
  get entries(): ReadonlyMap<string, RosterEntry> {
    return this.#entries;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The owner of a key. */
  entryOf(key: Uint8Array): RosterEntry | undefined {
    return this.#entries.get(encodeHex(key));
  }

  /** Whether a key has that name. */
  hasName(name: string): boolean {
    return [...this.#entries.values()].some((entry) => entry.name === name);
  }
}

/** The line of a roster that lets a sensor send; undefined for a name that cannot stand there. */
export function rosterLine(publicKey: Uint8Array, name: string): string | undefined {
  const line = `${encodeHex(publicKey)} ${name}`;
  const parsed = parseRoster(line);
  return "roster" in parsed && parsed.roster.entryOf(publicKey)?.name === name ? line : undefined;
}

/**
 * Parses the text of a roster: a line for each sensor, `KEY NAME` and {@linkcode RosterOptions}, where
 * `#` begins a comment. One name may have several keys, with the same limits; a key stands there once.
 *
 * ```ts
 * import { parseRoster } from "./roster.ts";
 *
 * const parsed = parseRoster(`${"0a".repeat(32)} plant-7 # the one at the gate\n`);
 * if (!("roster" in parsed) || parsed.roster.size !== 1) throw new Error("one sensor");
 * ```
 *
 * @returns The roster, or what is wrong in which line.
 */
export function parseRoster(
  text: string,
): { readonly roster: Roster } | { readonly problem: string } {
  const entries = new Map<string, RosterEntry>();
  const byName = new Map<string, RosterEntry>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.replace(/#.*/, "").trim().split(/\s+/);
    const [digits = "", name, ...options] = words;
    if (digits === "") continue;
    const where = `line ${index + 1}`;
    const parsed = parseKey(digits);
    if ("reason" in parsed) return { problem: `${where}: no key: ${parsed.reason}` };
    if (name === undefined) return { problem: `${where}: no name behind the key` };
    const nameBytes = new TextEncoder().encode(name).length;
    if (nameBytes > MAX_NAME_BYTES) {
      return {
        problem: `${where}: a name of ${nameBytes} bytes; wanted: at most ${MAX_NAME_BYTES}`,
      };
    }
    if (/\p{Cc}/u.test(name)) return { problem: `${where}: a control character in the name` };
    const parsedOptions = parseRosterOptions(options);
    if ("problem" in parsedOptions) return { problem: `${where}: ${parsedOptions.problem}` };
    const entry = { name, ...parsedOptions.options };
    const key = encodeHex(parsed.key);
    if (entries.has(key)) return { problem: `${where}: this key is there twice` };
    const other = byName.get(name);
    if (other && !equalLimits(entry, other)) {
      return { problem: `${where}: other limits than ${name} has above; wanted: the same` };
    }
    byName.set(name, entry);
    entries.set(key, entry);
  }
  return { roster: new Roster(entries) };
}
