/** A message that the engine has stored. */
export interface StoredMessage {
  /** Its number in its stream. */
  readonly seq: number;
  readonly subject: string;
  /** The value of a header; empty when there is none. */
  header(name: string): string;
  readonly payload: Uint8Array;
}

/** A message for the engine to store. */
export interface NewMessage {
  readonly subject: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly payload: Uint8Array;
  /** The number that the last message of its subject has, 0 if there is none; anything if undefined. */
  readonly after?: number | undefined;
  /** A second one of that id is not stored, for as long as the stream remembers; undefined: each is. */
  readonly id?: string | undefined;
}

/**
 * What became of a message: it is stored; it is not, since another is last on its subject; it is said to
 * have been stored before; or nobody can tell, why, and whether that may pass by itself.
 */
export type Published =
  | { readonly kind: "stored" | "duplicate"; readonly seq: number }
  | { readonly kind: "another is last" }
  | { readonly kind: "failed"; readonly why: string; readonly mayPass: boolean };

/** What a store needs of the engine. */
export interface Engine {
  /** What it is called in lines of the log. */
  readonly name: string;
  /** Bytes of a message, headers included. */
  readonly maxPayloadBytes: number;
  /** Never throws. */
  publish(message: NewMessage): Promise<Published>;
  /** The last message of a subject, as the leader of its stream has it. @throws EngineError When it does not answer. */
  last(stream: string, subject: string): Promise<StoredMessage | undefined>;
  /** The first message of a subject behind a number. @throws EngineError When it does not answer. */
  next(stream: string, subject: string, after: number): Promise<StoredMessage | undefined>;
  /** A message by its number. @throws EngineError When it does not answer. */
  at(stream: string, seq: number): Promise<StoredMessage | undefined>;
}
