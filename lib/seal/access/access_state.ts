/**
 * What a collector itself knows of who may send, besides its operator's file of sensors, which it never
 * writes: tokens, keys that were enrolled by them, names that are revoked. Without the world: the time
 * is a parameter, milliseconds since 1970.
 */
import type { RosterOptions } from "../roster_options.ts";
import { type ActKind, type ActLog, NO_ACTS, type OperatorAct, withActs } from "./act_log.ts";

/** With which one sensor may enrol, once. */
export interface StoredToken {
  /** Tells it from others, in hex. */
  readonly id: string;
  /** SHA-256 of its secret, in hex. */
  readonly secretHash: string;
  readonly name: string;
  readonly options: RosterOptions;
  readonly madeMs: number;
  /** It is not good any more from then on. */
  readonly expiresMs: number;
  /** The key that was enrolled by it, in hex. */
  readonly usedBy?: string;
}

/** A key that may send. */
export interface EnrolledKey {
  /** In hex. */
  readonly key: string;
  readonly name: string;
  readonly options: RosterOptions;
  readonly sinceMs: number;
  /** The key in the operator's file that it took the place of: name and options are those of that line. */
  readonly from?: string;
}

/** A key that another one takes the place of. */
export interface RetiredKey {
  /** In hex. */
  readonly key: string;
  /** In hex. */
  readonly next: string;
  /** It may not send any more from then on, or from when the next one is accepted. */
  readonly untilMs: number;
}

/** A name of which no key may send but those enrolled since. */
export interface RevokedName {
  readonly name: string;
  readonly sinceMs: number;
  /** The keys that had been enrolled under it, in hex. */
  readonly keys: readonly string[];
}

/** When a key was first welcome. */
export interface AcceptedKey {
  /** In hex. */
  readonly key: string;
  readonly sinceMs: number;
}

/** All of it. */
export interface AccessState {
  readonly tokens: readonly StoredToken[];
  readonly keys: readonly EnrolledKey[];
  readonly retired: readonly RetiredKey[];
  readonly revoked: readonly RevokedName[];
  /** Of keys of the operator's list, too. */
  readonly accepted: readonly AcceptedKey[];
  /** What was done, until it is stored as records. */
  readonly acts: ActLog;
}

/** Of a folder in which nobody has enrolled anything. */
export const NO_ACCESS: AccessState = {
  tokens: [],
  keys: [],
  retired: [],
  revoked: [],
  accepted: [],
  acts: NO_ACTS,
};

/** Whether there is a list by now of who may send. */
export function isRestricted({ tokens, keys, revoked }: AccessState): boolean {
  return tokens.length + keys.length + revoked.length > 0;
}

/** Adds a token; those that have expired a month ago go. @param who Who made it, as far as that is known. */
export function withToken(state: AccessState, token: StoredToken, who = ""): AccessState {
  const { name, madeMs, expiresMs } = token;
  const tokens = state.tokens.filter((each) => madeMs - each.expiresMs < FORGET_MS);
  const detail = `good until ${new Date(expiresMs).toISOString()}`;
  return noting({ ...state, tokens: [...tokens, token] }, "token", madeMs, { name, who, detail });
}

/** The state with one act more. */
function noting(
  state: AccessState,
  act: ActKind,
  atMs: number,
  about: Pick<OperatorAct, "name"> & Partial<OperatorAct>,
): AccessState {
  const whole = { key: "", who: "", detail: "", ...about, act, atMs };
  return { ...state, acts: withActs(state.acts, [whole]) };
}

const FORGET_MS = 30 * 86_400_000;

/** What becomes of a wish to enrol; the numbers stand in messages (docs/protocol.md). */
export const EnrolResult = {
  Enrolled: 0,
  /** There is no such token. */
  NoToken: 1,
  Expired: 2,
  /** Another key was enrolled by it. */
  Used: 3,
  /** Not now: too many try, or it cannot be written down. */
  Later: 4,
  /** The key is one that may send, or might, under another name. */
  KnownKey: 5,
} as const;

/**
 * Enrols a key by a token whose secret is right. The same key and token again have the same answer, and
 * change nothing.
 *
 * @param isListed Whether the key stands in the operator's file.
 */
export function enrolKey(
  state: AccessState,
  { id, key, isListed }: {
    readonly id: string;
    readonly key: string;
    readonly isListed: boolean;
  },
  nowMs: number,
): { readonly result: number; readonly name?: string; readonly state: AccessState } {
  const token = state.tokens.find((each) => each.id === id);
  if (!token) return { result: EnrolResult.NoToken, state };
  const { name, options } = token;
  const known = state.keys.find((each) => each.key === key);
  if (token.usedBy === key && known) return { result: EnrolResult.Enrolled, name, state };
  if (token.usedBy !== undefined) return { result: EnrolResult.Used, state };
  if (nowMs >= token.expiresMs) return { result: EnrolResult.Expired, state };
  if (known || isListed) return { result: EnrolResult.KnownKey, state };
  const tokens = state.tokens.map((each) => each === token ? { ...each, usedBy: key } : each);
  const keys = [...state.keys, { key, name, options, sinceMs: nowMs }];
  const detail = `by the token ${id.slice(0, 8)}`;
  const enrolled = noting({ ...state, tokens, keys }, "enrolled", nowMs, { name, key, detail });
  return { result: EnrolResult.Enrolled, name, state: enrolled };
}

/** Whether a token or a key of that name is here. */
export function hasName({ tokens, keys }: AccessState, name: string): boolean {
  return [...tokens, ...keys].some((each) => each.name === name);
}

/**
 * Revokes a name: its keys and tokens go, and the operator's lines of that name do not count any more.
 *
 * @param who Who did it, as far as that is known.
 */
export function revokeName(
  state: AccessState,
  name: string,
  nowMs: number,
  who = "",
): AccessState {
  const isOther = (each: { readonly name: string }) => each.name !== name;
  const its = [...state.revoked.flatMap((each) => isOther(each) ? [] : each.keys)];
  for (const each of state.keys) if (!isOther(each)) its.push(each.key);
  const revoked = {
    ...state,
    tokens: state.tokens.filter(isOther),
    keys: state.keys.filter(isOther),
    revoked: [...state.revoked.filter(isOther), { name, sinceMs: nowMs, keys: its }],
  };
  return noting(revoked, "revoked", nowMs, { name, who });
}

/** Notes that a key was welcome, unless it was before; the one that it took the place of is over. */
export function acceptKey(state: AccessState, key: string, nowMs: number): AccessState {
  if (state.accepted.some((each) => each.key === key)) return state;
  const over = keysBefore(state, key);
  return {
    ...state,
    accepted: [...state.accepted, { key, sinceMs: nowMs }],
    keys: state.keys.filter((each) => !over.has(each.key)),
    retired: state.retired.map((each) =>
      over.has(each.key) ? { ...each, untilMs: Math.min(each.untilMs, nowMs) } : each
    ),
  };
}

/** The retired keys in whose place this one came, be it after others that never were accepted. */
function keysBefore({ retired }: AccessState, key: string): ReadonlySet<string> {
  const before = new Set<string>();
  for (let at: string | undefined = key; at !== undefined;) {
    const next: string = at;
    at = retired.find((each) => each.next === next && !before.has(each.key))?.key;
    if (at !== undefined) before.add(at);
  }
  return before;
}

/** How long the old key of a sensor is accepted, unless the new one is before. */
export const OVERLAP_MS = 86_400_000;

/** What becomes of a wish for another key; the numbers stand in messages (docs/protocol.md). */
export const RotateResult = {
  Rotated: 0,
  /** The new key is one that somebody has, or had. */
  KnownKey: 1,
  /** Not now: it cannot be written down. */
  Later: 2,
} as const;

/**
 * Lets `next` take the place of a key that may send. The same again has the same answer; another one in
 * place of a `next` that was never accepted is taken instead.
 *
 * @param listed What the operator's file says of the key, and whether it knows the next one.
 */
export function rotateKey(
  state: AccessState,
  { key, next, listed, isNextListed }: {
    readonly key: string;
    readonly next: string;
    readonly listed: Pick<EnrolledKey, "name" | "options"> | undefined;
    readonly isNextListed: boolean;
  },
  nowMs: number,
): { readonly result: number; readonly state: AccessState } {
  const before = state.retired.find((each) => each.key === key);
  if (key === next || before?.next === next) return { result: RotateResult.Rotated, state };
  const own = state.keys.find((each) => each.key === key);
  const had = own ?? (listed && { ...listed, from: key });
  const isKnown = isNextListed ||
    [...state.keys, ...state.retired, ...state.accepted].some((each) => each.key === next);
  if (!had || isKnown) return { result: RotateResult.KnownKey, state };
  const { name, options, from } = had;
  const entry = { key: next, name, options, sinceMs: nowMs, ...(from !== undefined && { from }) };
  const retired = { key, next, untilMs: before?.untilMs ?? nowMs + OVERLAP_MS };
  const rotated = {
    ...state,
    keys: [...state.keys.filter((each) => each.key !== before?.next), entry],
    retired: [...state.retired.filter((each) => each !== before), retired],
  };
  const about = { name, key: next, detail: `in place of ${key}` };
  return { result: RotateResult.Rotated, state: noting(rotated, "rotated", nowMs, about) };
}
