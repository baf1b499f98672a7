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

/** Which state of a folder was given to which collectors: the digest of both, in hex; empty for none. */
export const GIVEN_FORMAT: StateFormat<string> = {
  name: "given",
  what: "what was given to others",
  nothing: "",
  format: (digest) => `${JSON.stringify({ version: 1, digest })}\n`,
  parse: (text) => {
    const [, digest] = /^\{"version":1,"digest":"([0-9a-f]{16})"\}\n$/.exec(text) ?? [];
    return digest === undefined ? { problem: "it is not what was written" } : { state: digest };
  },
};
