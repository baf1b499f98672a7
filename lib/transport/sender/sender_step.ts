/** What a message of the collector means for its connection. */
export type SenderStep =
  | { readonly kind: "go on" }
  /** The collector ends the connection in order, and may be there again. */
  | { readonly kind: "bye" }
  | { readonly kind: "rejected"; readonly reason: number }
  /** The collector has another key, to connect to from now on. */
  | { readonly kind: "next key"; readonly key: Uint8Array }
  /** The collector knows the first schema only: the session goes on, or begins anew, with that. */
  | { readonly kind: "older" }
  /** It stores somewhere else than before: a new session has begun. */
  | { readonly kind: "moved" }
  /** It cannot open what is in flight: a new session has begun. */
  | { readonly kind: "blocked" }
  /** It breaks the protocol: the connection is to be closed. */
  | { readonly kind: "violation"; readonly what: string };

export const GO_ON: SenderStep = { kind: "go on" };

/** It is none that the protocol allows. */
export function violation(what: string): SenderStep {
  return { kind: "violation", what };
}
