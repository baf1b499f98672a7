import type { ActLog } from "./act_log.ts";
import { type AccessState, NO_ACCESS, type RevokedName } from "./access_state.ts";
import { type ListedState, NOTHING_LISTED } from "./listed_state.ts";

/**
 * Adds what a collector knows by itself to what several know: its tokens, keys and revocations. Where they
 * know another thing of the same token or key, that holds; what they have revoked stays out.
 */
export function mergeAccess(all: AccessState, own: AccessState): AccessState {
  if (all === NO_ACCESS) return own;
  const revokedKeys = new Set(all.revoked.flatMap(({ keys }) => keys));
  const wasRevoked = (name: string, madeMs: number) =>
    all.revoked.some((each) => each.name === name && each.sinceMs >= madeMs);
  const tokens = missing(all.tokens, own.tokens, ({ id }) => id)
    .filter(({ name, madeMs }) => !wasRevoked(name, madeMs));
  const keys = missing(all.keys, own.keys, ({ key }) => key)
    .filter(({ key, name, sinceMs }) => !revokedKeys.has(key) && !wasRevoked(name, sinceMs));
  const merged = {
    tokens: [...all.tokens, ...tokens],
    keys: [...all.keys, ...keys],
    retired: [...all.retired, ...missing(all.retired, own.retired, ({ key }) => key)],
    revoked: mergeRevoked(all.revoked, own.revoked),
    accepted: [...all.accepted, ...missing(all.accepted, own.accepted, ({ key }) => key)],
  };
  return { ...merged, acts: joined(all.acts, own.acts) };
}

/** Adds the acts that a collector has seen by itself to what several have. */
export function mergeListed(all: ListedState, own: ListedState): ListedState {
  return all === NOTHING_LISTED ? own : { ...all, acts: joined(all.acts, own.acts) };
}

function missing<Item>(
  all: readonly Item[],
  own: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const known = new Set(all.map(keyOf));
  return own.filter((item) => !known.has(keyOf(item)));
}

function mergeRevoked(all: readonly RevokedName[], own: readonly RevokedName[]): RevokedName[] {
  const merged = all.map((each) => {
    const { keys = [] } = own.find(({ name }) => name === each.name) ?? {};
    return { ...each, keys: [...new Set([...each.keys, ...keys])] };
  });
  return [...merged, ...missing(all, own, ({ name }) => name)];
}

function joined({ next, waiting }: ActLog, own: ActLog): ActLog {
  return { next: next + own.waiting.length, waiting: [...waiting, ...own.waiting] };
}
