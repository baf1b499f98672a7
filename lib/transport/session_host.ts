import type { BatchSink } from "./session_receiver.ts";
import type { Hello } from "./session_message.ts";

/** A session as the store has it. */
export interface HostedSession extends BatchSink {
  /** Resolves when everything that was accepted is settled; rejects when the store has failed. */
  drained(): Promise<void>;
  /** Nothing more is told; what was accepted is still stored. The session may be over, too. */
  close(isOver?: boolean): void;
}

/** What decides who may send, and keeps what they send: all that a server of sessions needs to know. */
export interface SessionHost {
  /** Tells where it stores from all other places: 16 bytes that last as long as what is stored there. */
  readonly storeId: Uint8Array;
  /** Record types that are wanted of sensors; all of them if undefined. */
  readonly wantedTypes?: readonly number[];
  /** The name of the owner of `key`, or why it may not send: one of `Rejection`. */
  admit(
    key: Uint8Array,
    wantedName: string,
  ): { readonly name: string } | { readonly rejection: number };
  /**
   * The state of a session; `"fork"` when the sensor is behind what is stored.
   *
   * @param onSettled Told of the newest sequence number that is settled.
   * @param signal Aborts when nobody waits for the session any more.
   */
  open(
    name: string,
    hello: Hello,
    onSettled: (sequence: bigint) => void,
    signal: AbortSignal,
  ): Promise<HostedSession | "fork">;
}
