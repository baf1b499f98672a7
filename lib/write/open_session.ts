import type { SessionBatch, StoredSession } from "./session_batch.ts";
import type { SessionLog } from "./session_log.ts";

/** What an open session needs of its store. */
export interface SessionStore {
  /** Takes a batch that the log has taken. */
  submit(batch: SessionBatch): void;
  /** Told once when the session is closed. */
  closed(): void;
}

/** A session as it is handed out by a store. */
export class OpenSession implements StoredSession {
  readonly #log: SessionLog;
  readonly #store: SessionStore;
  readonly #onSettled: (settled: bigint) => void;
  #isOpen = true;

  constructor(log: SessionLog, store: SessionStore, onSettled: (settled: bigint) => void) {
    this.#log = log;
    this.#store = store;
    this.#onSettled = onSettled;
  }

  get settled(): bigint {
    return this.#log.settled;
  }

  digestOf(sequence: bigint): Uint8Array | undefined {
    return this.#log.digestOf(sequence);
  }

  skipTo(oldestHeld: bigint): bigint {
    return this.#log.skipTo(oldestHeld);
  }

  append(batch: SessionBatch): void {
    if (!this.#isOpen) throw new TypeError("Cannot append to a session: it has been closed");
    this.#store.submit(batch);
  }

  drained(): Promise<void> {
    return this.#log.drained();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#store.closed();
  }

  /** Tells how far the session is settled. */
  tell(): void {
    this.#onSettled(this.#log.settled);
  }
}
