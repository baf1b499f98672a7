/** What a collector knows of what its operator has written down, so that it notices what changes. */
import type { RosterEntry } from "../roster.ts";
import { formatRosterOptions } from "../roster_options.ts";
import {
  type ActLog,
  actsText,
  NO_ACTS,
  type OperatorAct,
  parseActs,
  withActs,
} from "./act_log.ts";

/** What stood there when it was looked at last. */
export interface ListedState {
  /** The collector's newest public key, in hex; empty before the first look. */
  readonly collectorKey: string;
  /** By key in hex: the name, and what stands behind it. */
  readonly lines: ReadonlyMap<string, string>;
  readonly acts: ActLog;
}

export const NOTHING_LISTED: ListedState = {
  collectorKey: "",
  lines: new Map(),
  acts: NO_ACTS,
};

const VERSION = 1;

/**
 * Compares with what stands there now; the same state when nothing has changed.
 *
 * @param collectorKey In hex.
 * @param entries Of the operator's file, by key in hex; none where there is no file.
 */
export function lookedAt(
  state: ListedState,
  collectorKey: string,
  entries: ReadonlyMap<string, RosterEntry>,
  nowMs: number,
): ListedState {
  const lines = new Map([...entries].map(([key, entry]) => [key, lineOf(entry)]));
  const acts: OperatorAct[] = [];
  const note = (act: OperatorAct["act"], key: string, line: string) => {
    const [name = "", ...options] = line.split(" ");
    acts.push({ act, name, key, who: "", detail: options.join(" "), atMs: nowMs });
  };
  for (const [key, line] of state.lines) {
    const now = lines.get(key);
    if (now === undefined) note("unlisted", key, line);
    else if (now !== line) note("changed", key, now);
  }
  for (const [key, line] of lines) if (!state.lines.has(key)) note("listed", key, line);
  // The first key that is seen has been changed by nobody.
  const isOther = state.collectorKey !== collectorKey;
  if (isOther && state.collectorKey !== "") note("collector-key", collectorKey, "");
  if (!isOther && acts.length === 0) return state;
  return { collectorKey, lines, acts: withActs(state.acts, acts) };
}

/** Names have no spaces. */
function lineOf({ name, ...options }: RosterEntry): string {
  return [name, ...formatRosterOptions(options)].join(" ");
}

/** The text of a state: JSON with `"version": 1`. */
export function formatListed({ collectorKey, lines, acts }: ListedState): string {
  const text = { version: VERSION, collectorKey, lines: Object.fromEntries(lines) };
  return `${JSON.stringify({ ...text, acts: actsText(acts) }, null, 1)}\n`;
}

/** Parses that; says what is wrong with a text that is none. */
export function parseListed(
  text: string,
): { readonly state: ListedState } | { readonly problem: string } {
  try {
    const { version, collectorKey, lines, acts } = JSON.parse(text);
    const all = Object.entries(lines ?? {});
    if (version !== VERSION || typeof collectorKey !== "string") throw new TypeError("no state");
    if (!all.every(([, line]) => typeof line === "string")) throw new TypeError("no line");
    return {
      state: { collectorKey, lines: new Map(all as [string, string][]), acts: parseActs(acts) },
    };
  } catch {
    return { problem: "it is not what was written" };
  }
}
