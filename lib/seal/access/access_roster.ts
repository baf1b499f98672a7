import { encodeHex } from "../../base/bytes.ts";
import type { RosterEntry, SensorList } from "../roster.ts";
import { type AccessState, isRestricted } from "./access_state.ts";

/**
 * Who may send by an operator's list and the collector's own files, which overrule it.
 *
 * @param listed The operator's list; undefined where there is none.
 * @returns undefined where neither says anything: everybody may then, under any name.
 */
export function accessRoster(
  state: AccessState,
  listed: SensorList | undefined,
): SensorList | undefined {
  if (!isRestricted(state)) return listed;
  const enrolled = new Map(state.keys.map((entry) => [entry.key, entry]));
  const revoked = new Set(state.revoked.map(({ name }) => name));
  return {
    entryOf(key): RosterEntry | undefined {
      const own = enrolled.get(encodeHex(key));
      if (own) return { name: own.name, ...own.options };
      const entry = listed?.entryOf(key);
      return entry && !revoked.has(entry.name) ? entry : undefined;
    },
  };
}
