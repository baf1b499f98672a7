import { parseHex } from "../../base/bytes/bytes.ts";
import { nameOfKey } from "../key.ts";
import type { RosterEntry } from "../roster.ts";
import type { AccessState } from "./access_state.ts";

/** A sensor of which an operator has said something, be it seen or not. */
export interface KnownSensor {
  /** The name that it has, or is to have. */
  readonly name: string;
  /** What its key begins with; undefined where it has none yet. */
  readonly key?: string;
  /** How it is while it has not come. */
  readonly state: "has not come" | "awaited" | "revoked";
}

/**
 * The sensors of an operator's list and of the collector's own files. What was said last of a name stands:
 * revoked, then enrolled, listed, awaited.
 *
 * @param listed The operator's list, by the hex digits of keys.
 */
export function knownSensors(
  { tokens, keys, revoked }: AccessState,
  listed: ReadonlyMap<string, RosterEntry>,
  nowMs: number,
): KnownSensor[] {
  const known = new Map<string, KnownSensor>();
  for (const { name, usedBy, expiresMs } of tokens) {
    if (usedBy === undefined && nowMs < expiresMs) known.set(name, { name, state: "awaited" });
  }
  const withKey = [
    ...[...listed].map(([key, { name }]) => ({ key, name })),
    ...keys,
  ];
  for (const { key, name } of withKey) {
    known.set(name, { name, key: nameOfKey(parseHex(key)!), state: "has not come" });
  }
  for (const { name } of revoked) {
    if (!keys.some((each) => each.name === name)) known.set(name, { name, state: "revoked" });
  }
  return [...known.values()];
}
