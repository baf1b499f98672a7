/** What somebody did about who may send; the words stand in records (`OperatorAct`). */
export type ActKind = typeof KINDS[number];

const KINDS = [
  "token",
  "enrolled",
  "revoked",
  "rotated",
  "listed",
  "changed",
  "unlisted",
  "collector-key",
] as const;

/** One act. */
export interface OperatorAct {
  readonly act: ActKind;
  /** The sensor that it is about; empty for the collector itself. */
  readonly name: string;
  /** The public key that it is about, in hex; may be empty. */
  readonly key: string;
  /** Who did it, as far as that is known; may be empty. */
  readonly who: string;
  /** What else is known; may be empty. */
  readonly detail: string;
  readonly atMs: number;
}

/**
 * Acts that are to become records. They lie in the same file as what they changed, so that there are both
 * or none, in groups that were done at once. Groups are numbered from 1 on, and stored under their numbers.
 */
export interface ActLog {
  /** The number of the next group. */
  readonly next: number;
  /** Those that are not known to be stored; the last has the number before `next`. */
  readonly waiting: readonly (readonly OperatorAct[])[];
}

export const NO_ACTS: ActLog = { next: 1, waiting: [] };

/** Adds what was done at once. */
export function withActs({ next, waiting }: ActLog, acts: readonly OperatorAct[]): ActLog {
  return acts.length === 0 ? { next, waiting } : { next: next + 1, waiting: [...waiting, acts] };
}

/** The groups that wait, each with its number. */
export function numbered({ next, waiting }: ActLog): [number, readonly OperatorAct[]][] {
  return waiting.map((acts, n) => [next - waiting.length + n, acts]);
}

/**
 * Takes out what is stored.
 *
 * @param stored All groups up to this number are. When that is one which no group has got here, this is
 *   older than what is stored: what waits gets the numbers behind it.
 */
export function withoutStored(log: ActLog, stored: number): ActLog {
  const { next, waiting } = log;
  if (stored >= next) return { next: stored + 1 + waiting.length, waiting };
  const left = numbered(log).filter(([number]) => number > stored).map(([, acts]) => acts);
  return left.length === waiting.length ? log : { next, waiting: left };
}

/** As it stands in a file: times are RFC 3339. */
export function actsText({ next, waiting }: ActLog) {
  const shown = waiting.map((acts) =>
    acts.map(({ atMs, ...rest }) => ({ ...rest, at: new Date(atMs).toISOString() }))
  );
  return { next, waiting: shown };
}

/** Reads that; no acts where there is nothing. @throws TypeError When it is something else. */
export function parseActs(value: unknown): ActLog {
  if (value === undefined) return NO_ACTS;
  const { next, waiting } = value as { next: unknown; waiting: unknown };
  if (!Number.isSafeInteger(next) || !Array.isArray(waiting) || next as number <= waiting.length) {
    throw new TypeError("no log of acts");
  }
  return { next: next as number, waiting: waiting.map((acts) => acts.map(parseAct)) };
}

function parseAct({ at, ...rest }: Record<string, unknown>): OperatorAct {
  const { act, name, key, who, detail } = rest;
  const atMs = Date.parse(String(at));
  const areTexts = [act, name, key, who, detail].every((each) => typeof each === "string");
  if (!areTexts || !KINDS.includes(act as ActKind) || Number.isNaN(atMs)) {
    throw new TypeError("no act");
  }
  return { ...rest, atMs } as unknown as OperatorAct;
}
