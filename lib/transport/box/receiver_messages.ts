import type { ConfigError } from "../../base/errors.ts";
import type { Address } from "../address.ts";
import type { Received } from "./received.ts";

/** What the main thread says to the receiver's worker. */
export type ToReceiver =
  | { readonly kind: "listen"; readonly address: Address }
  /** The datagrams so far have been worked on: some more, please. */
  | { readonly kind: "next" }
  | { readonly kind: "close" };

/** What the worker says; the datagrams' buffers are transferred. */
export type FromReceiver =
  | { readonly kind: "listening"; readonly address: Address }
  | { readonly kind: "failed"; readonly code: ConfigError["code"]; readonly message: string }
  | ReceivedBurst;

/** Some datagrams and the counts so far; none at the end. */
export interface ReceivedBurst {
  readonly kind: "burst";
  readonly datagrams: readonly Received[];
  readonly received: number;
  readonly overflowed: number;
}
