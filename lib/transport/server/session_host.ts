import type { Acceptance, BatchSink } from "./session_receiver.ts";
import type { SessionAccess } from "./session_access.ts";
import type { SessionWatch } from "./session_watch.ts";
import type { NumberedBatch } from "../session/session_batch.ts";
import type { Hello } from "../session/session_message.ts";

/** A session as the store has it. */
export interface HostedSession extends BatchSink {
  /**
   * Looks at a batch in another thread, while this one goes on. What it resolves to accepts the batch in
   * place of {@linkcode BatchSink.accept}; undefined when that is to do so. There is none without such a thread.
   */
  readonly prepare?: (batch: NumberedBatch) => Promise<(() => Acceptance) | undefined>;
  /** Resolves when another collector has taken the session; undefined where there is none. */
  readonly fenced?: Promise<void>;
  /** Resolves when everything that was accepted is settled; rejects when the store has failed. */
  drained(): Promise<void>;
  /** Nothing more is told; what was accepted is still stored. The session may be over, too. */
  close(isOver?: boolean): void;
}

/** A sensor that may send, and what. */
export interface Admitted {
  /** The name that it has here. */
  readonly name: string;
  /** Record types that are taken of it; all of them if undefined. */
  readonly wantedTypes?: readonly number[];
  /** Bytes of batches a second, of all that have this name together. */
  readonly maxRate?: number;
}

/** Whether two say the same. */
export function equalAdmissions(a: Admitted, b: Admitted): boolean {
  return a.name === b.name && a.maxRate === b.maxRate &&
    a.wantedTypes?.join() === b.wantedTypes?.join();
}

/** What decides who may send, and keeps what they send: all that a server of sessions needs to know. */
export interface SessionHost {
  /** Tells where it stores from all other places: 16 bytes that last as long as what is stored there. */
  readonly storeId: Uint8Array;
  /** What it does for who comes to enrol; undefined where nobody can. */
  readonly access?: SessionAccess;
  /** Who is told which sensors are there. */
  readonly watch?: SessionWatch;
  /** The owner of `key`, or why it may not send: one of `Rejection`. */
  admit(key: Uint8Array, wantedName: string): Admitted | { readonly rejection: number };
  /**
   * The state of a session; `"fork"` when the sensor is behind what is stored.
   *
   * @param onSettled Told of the newest sequence number that is settled.
   * @param signal Aborts when nobody waits for the session any more.
   */
  open(
    sensor: Admitted,
    hello: Hello,
    onSettled: (sequence: bigint) => void,
    signal: AbortSignal,
  ): Promise<HostedSession | "fork">;
}
