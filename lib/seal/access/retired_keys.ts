/**
 * The text of keys that a collector had: a line each, 64 hex digits of the private key and the time, RFC
 * 3339, until which it is accepted. From then on it opens what sensors have sealed for it, and no more.
 */
import { encodeHex, equalBytes } from "../../base/bytes/bytes.ts";
import { type KeyPair, keyPairOf, parseKey } from "../key.ts";

/** A key that another one has taken the place of. */
export interface RetiredKeyPair extends KeyPair {
  readonly untilMs: number;
}

/** Formats them. */
export function formatRetiredKeys(keys: readonly RetiredKeyPair[]): string {
  return keys.map(({ privateKey, untilMs }) =>
    `${encodeHex(privateKey)} ${new Date(untilMs).toISOString()}\n`
  ).join("");
}

/** Parses them; says which line is wrong. */
export function parseRetiredKeys(
  text: string,
): { readonly keys: readonly RetiredKeyPair[] } | { readonly problem: string } {
  const keys: RetiredKeyPair[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [digits = "", time = ""] = line.trim().split(/\s+/);
    const parsed = parseKey(digits);
    const untilMs = Date.parse(time);
    if ("reason" in parsed || Number.isNaN(untilMs)) {
      return { problem: `line ${index + 1} is no key and its time` };
    }
    keys.push({ ...keyPairOf(parsed.key), untilMs });
  }
  return { keys };
}

/** The keys of a collector, the newest first. */
export interface CollectorKeys {
  /** With these sensors may connect, and seal. */
  readonly accepted: readonly [KeyPair, ...KeyPair[]];
  /** What was sealed for these is opened. */
  readonly retired: readonly KeyPair[];
}

/** Those of the keys that another one has taken the place of: to replace the current one broke off. */
export function replacedKeys(
  current: KeyPair,
  had: readonly RetiredKeyPair[],
): readonly RetiredKeyPair[] {
  return had.filter(({ publicKey }) => !equalBytes(publicKey, current.publicKey));
}

/**
 * Which keys are in force.
 *
 * @param keepMs How long one that is over opens what was sealed for it.
 */
export function keysInForce(
  current: KeyPair,
  had: readonly RetiredKeyPair[],
  nowMs: number,
  keepMs: number,
): CollectorKeys {
  const others = replacedKeys(current, had);
  return {
    accepted: [current, ...others.filter(({ untilMs }) => nowMs < untilMs).reverse()],
    retired: others.filter(({ untilMs }) => nowMs >= untilMs && nowMs - untilMs < keepMs),
  };
}
