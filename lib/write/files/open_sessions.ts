import { unlessAborted } from "../../base/wait/unless_aborted.ts";
import { type CheckedSessionBatch, releaseParts } from "../../verify/check_session_batch.ts";
import type { StoredSession } from "../store.ts";
import type { SessionBooks } from "../books/session_books.ts";
import { partsOf, type SessionLog } from "./session_log.ts";

/** The sessions of a store that are open, and those with batches that wait. */
export class OpenSessions {
  readonly #open = new Map<SessionLog, OpenSession>();
  readonly #waiting = new Set<SessionLog>();
  /** Settled further since they were told. */
  readonly #changed = new Set<SessionLog>();

  /**
   * Opens a session. A use of it that is still open is ended, and what it appended is settled first.
   *
   * @param onClosed Told when the use has ended and nothing of it waits; whether the session is over.
   * @param books Where it is counted what comes again and what is lost.
   * @param signal Gives up waiting for that.
   */
  async open(
    log: SessionLog,
    submit: (batch: CheckedSessionBatch, missing: readonly number[]) => void,
    onSettled: (settled: bigint) => void,
    onClosed: (isOver: boolean) => void,
    books?: SessionBooks,
    signal?: AbortSignal,
  ): Promise<StoredSession> {
    this.#open.get(log)?.close();
    await unlessAborted(log.drained(), signal);
    this.#open.get(log)?.close(); // of whoever waited too
    const opened = new OpenSession(log, submit, onSettled, books, (isOver) => {
      if (this.#open.get(log) === opened) this.#open.delete(log);
      log.drained().catch(() => {}).then(() => onClosed(isOver)); // who appended has been told
    });
    this.#open.set(log, opened);
    return opened;
  }

  /** Notes the missing parts of a batch, which wait from now on. */
  take(log: SessionLog, batch: CheckedSessionBatch, missing: readonly number[]): void {
    log.take(batch, missing);
    this.#waiting.add(log);
  }

  /** Notes that a part of a batch is durable: {@linkcode SessionLog.store}. */
  store(log: SessionLog, sequence: bigint, part: number, recorded: bigint, path: string): void {
    if (log.store(sequence, part, recorded, path)) this.#changed.add(log);
    if (!log.isWaiting) this.#waiting.delete(log);
  }

  /** Tells each open session that is settled further, once. */
  tell(): void {
    for (const log of this.#changed) this.#open.get(log)?.tell();
    this.#changed.clear();
  }

  /** Gives up what waits of one session: somebody else stores it. */
  abandon(log: SessionLog, error: unknown): void {
    log.fail(error);
    this.#waiting.delete(log);
  }

  /** Gives up what waits. */
  fail(error: unknown): void {
    for (const log of this.#waiting) log.fail(error);
    this.#waiting.clear();
  }
}

/** One use of a session. */
class OpenSession implements StoredSession {
  readonly #log: SessionLog;
  readonly #submit: (batch: CheckedSessionBatch, missing: readonly number[]) => void;
  readonly #onSettled: (settled: bigint) => void;
  readonly #books?: SessionBooks;
  readonly #onClose: (isOver: boolean) => void;
  #isOpen = true;

  constructor(
    log: SessionLog,
    submit: (batch: CheckedSessionBatch, missing: readonly number[]) => void,
    onSettled: (settled: bigint) => void,
    books: SessionBooks | undefined,
    onClose: (isOver: boolean) => void,
  ) {
    this.#log = log;
    this.#submit = submit;
    this.#onSettled = onSettled;
    this.#books = books;
    this.#onClose = onClose;
  }

  get settled(): bigint {
    return this.#log.settled;
  }

  skipTo(oldestHeld: bigint): bigint {
    const isKnown = this.#log.settled > 0n;
    const lost = this.#log.skipTo(oldestHeld);
    if (isKnown) this.#books?.lose(lost);
    else if (lost > 0n) this.#books?.skipTo(oldestHeld - 1n);
    return lost;
  }

  append(batch: CheckedSessionBatch): number | "fork" {
    if (!this.#isOpen) throw new TypeError("Cannot append to a session: it has been closed");
    const missing = this.#log.missing(batch);
    releaseParts(batch, missing === "fork" ? [] : missing);
    if (missing === "fork") return missing;
    this.#books?.duplicate(partsOf(batch) - missing.length);
    if (missing.length > 0) this.#submit(batch, missing);
    return missing.length;
  }

  drained(): Promise<void> {
    return this.#log.drained();
  }

  close(isOver = false): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onClose(isOver);
  }

  /** Tells how far the session is settled. */
  tell(): void {
    this.#onSettled(this.#log.settled);
  }
}
