import type { AccessState } from "../../seal/access/access_state.ts";
import type { ListedState } from "../../seal/access/listed_state.ts";

/** A state that several processes change, one at a time: each change is there for good, or not at all. */
export interface KeptState<State> {
  /** What was read last; undefined where nothing was. */
  readonly known?: State | undefined;
  /** @throws FarcapError When it cannot be read, or is not what was written. */
  read(): Promise<State>;
  /**
   * Changes it, unless `change` returns the same. That may be called again, on top of what another process
   * has changed meanwhile.
   *
   * @throws FarcapError When it cannot be read or written; what `change` throws.
   */
  change<T extends { readonly state: State }>(change: (state: State) => T): Promise<T>;
}

/** What one collector knows, or several that act as one, of who may send. */
export interface AccessPlace {
  /** What it knows itself: tokens, keys, names that are revoked. */
  readonly access: KeptState<AccessState>;
  /** What it has seen of what its operator has written down. */
  readonly listed: KeptState<ListedState>;
  /** Has `look` called when another process may have changed what `access` is; it may do so without that, too. */
  hear?(look: () => void): void;
}
