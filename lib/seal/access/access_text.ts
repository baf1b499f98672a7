/**
 * The text of {@linkcode AccessState}: JSON with `"version": 1`. Times are RFC 3339, keys and hashes hex
 * digits, options what stands behind a name in a roster.
 */
import { formatRosterOptions, parseRosterOptions } from "../roster_options.ts";
import { type ActLog, actsText, parseActs } from "./act_log.ts";
import type {
  AcceptedKey,
  AccessState,
  EnrolledKey,
  RetiredKey,
  RevokedName,
  StoredToken,
} from "./access_state.ts";

/** The version that is written, and the only one that is read. */
const VERSION = 1;

const KEY = /^[0-9a-f]{64}$/;
const ID = /^[0-9a-f]{32}$/;

/** What is wrong with a text, fit for the end of a sentence. */
class Wrong extends Error {}

/** Formats a state. */
export function formatAccess(state: AccessState): string {
  const { tokens, keys, retired, revoked, accepted, acts } = state;
  const text = {
    version: VERSION,
    tokens: tokens.map(({ madeMs, expiresMs, options, ...rest }) => ({
      ...rest,
      options: formatRosterOptions(options).join(" "),
      made: timeText(madeMs),
      expires: timeText(expiresMs),
    })),
    keys: keys.map(({ sinceMs, options, ...rest }) => ({
      ...rest,
      options: formatRosterOptions(options).join(" "),
      since: timeText(sinceMs),
    })),
    retired: retired.map(({ untilMs, ...rest }) => ({ ...rest, until: timeText(untilMs) })),
    revoked: revoked.map(({ name, sinceMs, keys }) => ({ name, since: timeText(sinceMs), keys })),
    accepted: accepted.map(({ key, sinceMs }) => ({ key, since: timeText(sinceMs) })),
    acts: actsText(acts),
  };
  return `${JSON.stringify(text, null, 1)}\n`;
}

/** Parses a state; says what is wrong with a text that is none. */
export function parseAccess(
  text: string,
): { readonly state: AccessState } | { readonly problem: string } {
  try {
    return { state: readState(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof Wrong) return { problem: error.message };
    if (error instanceof SyntaxError) return { problem: "it is no JSON" };
    throw error;
  }
}

function readState(value: unknown): AccessState {
  const all = fieldsOf(value, "the file");
  if (all.version !== VERSION) throw new Wrong(`version ${all.version}; wanted: ${VERSION}`);
  return {
    tokens: listOf(all.tokens, "tokens").map(readToken),
    keys: listOf(all.keys, "keys").map(readKey),
    retired: listOf(all.retired, "retired").map(readRetired),
    revoked: listOf(all.revoked, "revoked").map(readRevoked),
    accepted: listOf(all.accepted, "accepted").map(readAccepted),
    acts: readActs(all.acts),
  };
}

function readActs(value: unknown): ActLog {
  try {
    return parseActs(value);
  } catch {
    throw new Wrong("acts are not what was written");
  }
}

function readToken(value: unknown): StoredToken {
  const { id, secretHash, name, options, made, expires, usedBy } = fieldsOf(value, "a token");
  return {
    id: match(id, ID, "a token"),
    secretHash: match(secretHash, KEY, "a token"),
    name: textOf(name, "a token"),
    options: readOptions(options),
    madeMs: timeOf(made),
    expiresMs: timeOf(expires),
    ...(usedBy !== undefined && { usedBy: match(usedBy, KEY, "a token") }),
  };
}

function readKey(value: unknown): EnrolledKey {
  const { key, name, options, since, from } = fieldsOf(value, "a key");
  return {
    key: match(key, KEY, "a key"),
    name: textOf(name, "a key"),
    options: readOptions(options),
    sinceMs: timeOf(since),
    ...(from !== undefined && { from: match(from, KEY, "a key") }),
  };
}

function readRetired(value: unknown): RetiredKey {
  const { key, next, until } = fieldsOf(value, "a retired key");
  return {
    key: match(key, KEY, "a retired key"),
    next: match(next, KEY, "a retired key"),
    untilMs: timeOf(until),
  };
}

function readRevoked(value: unknown): RevokedName {
  const { name, since, keys = [] } = fieldsOf(value, "a revoked name"); // older versions write none
  return {
    name: textOf(name, "a revoked name"),
    sinceMs: timeOf(since),
    keys: listOf(keys, "keys of a revoked name").map((key) =>
      match(key, KEY, "a key of a revoked name")
    ),
  };
}

function readAccepted(value: unknown): AcceptedKey {
  const { key, since } = fieldsOf(value, "an accepted key");
  return { key: match(key, KEY, "an accepted key"), sinceMs: timeOf(since) };
}

function readOptions(value: unknown) {
  const words = textOf(value, "options").split(" ").filter((word) => word !== "");
  const parsed = parseRosterOptions(words);
  if ("problem" in parsed) throw new Wrong(parsed.problem);
  return parsed.options;
}

function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Wrong(`${what} is no object`);
  }
  return value as Record<string, unknown>;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Wrong(`${what} is no list`);
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== "string") throw new Wrong(`a text is missing in ${what}`);
  return value;
}

function match(value: unknown, pattern: RegExp, what: string): string {
  const text = textOf(value, what);
  if (!pattern.test(text)) throw new Wrong(`"${text.slice(0, 8)}…" in ${what} has other digits`);
  return text;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

function timeOf(value: unknown): number {
  const ms = Date.parse(textOf(value, "a time"));
  if (Number.isNaN(ms)) throw new Wrong(`"${value}" is no time`);
  return ms;
}
