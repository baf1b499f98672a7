import { type AccessState, NO_ACCESS } from "../../seal/access/access_state.ts";
import { formatAccess, parseAccess } from "../../seal/access/access_text.ts";
import {
  formatListed,
  type ListedState,
  NOTHING_LISTED,
  parseListed,
} from "../../seal/access/listed_state.ts";

/** How a state is kept, as text. */
export interface StateFormat<State> {
  readonly name: string;
  /** What it holds, in words. */
  readonly what: string;
  /** Where there is none. */
  readonly nothing: State;
  readonly format: (state: State) => string;
  readonly parse: (text: string) => { readonly state: State } | { readonly problem: string };
}

/** Who may send, see {@linkcode parseAccess}. */
export const ACCESS_FORMAT: StateFormat<AccessState> = {
  name: "sensors",
  what: "who may send",
  nothing: NO_ACCESS,
  format: formatAccess,
  parse: parseAccess,
};

/** What the operator has written down, see {@linkcode parseListed}. */
export const LISTED_FORMAT: StateFormat<ListedState> = {
  name: "listed",
  what: "what stands in -sensors",
  nothing: NOTHING_LISTED,
  format: formatListed,
  parse: parseListed,
};
