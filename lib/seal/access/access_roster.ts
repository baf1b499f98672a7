import { encodeHex, parseHex } from "../../base/bytes/bytes.ts";
import type { RosterEntry, SensorList } from "../roster.ts";
import { type AccessState, isRestricted } from "./access_state.ts";

/** The name under which the owner of `key` sent until it was revoked; undefined for any other key. */
export function revokedName(
  { revoked }: AccessState,
  listed: SensorList | undefined,
  key: Uint8Array,
): string | undefined {
  const digits = encodeHex(key);
  const listedAs = listed?.entryOf(key)?.name;
  return revoked.find(({ name, keys }) => keys.includes(digits) || name === listedAs)?.name;
}

/**
 * Who may send by an operator's list and the collector's own files, which overrule it.
 *
 * @param listed The operator's list; undefined where there is none.
 * @param nowMs Tells the time, milliseconds since 1970.
 * @returns undefined where neither says anything: everybody may then, under any name.
 */
export function accessRoster(
  state: AccessState,
  listed: SensorList | undefined,
  nowMs: () => number,
): SensorList | undefined {
  if (!isRestricted(state) && !listed) return undefined;
  const enrolled = new Map(state.keys.map((entry) => [entry.key, entry]));
  const revoked = new Set(state.revoked.map(({ name }) => name));
  const retired = new Map(state.retired.map(({ key, untilMs }) => [key, untilMs]));
  return {
    entryOf(key): RosterEntry | undefined {
      const digits = encodeHex(key);
      if (nowMs() >= (retired.get(digits) ?? Infinity)) return undefined;
      const own = enrolled.get(digits);
      if (own && own.from === undefined) return { name: own.name, ...own.options };
      const entry = listed?.entryOf(own?.from === undefined ? key : parseHex(own.from)!);
      return entry && !revoked.has(entry.name) ? entry : undefined;
    },
    hasName(name): boolean {
      const isOwn = state.keys.some((own) => own.name === name && own.from === undefined);
      return isOwn || (listed?.hasName(name) === true && !revoked.has(name));
    },
  };
}
