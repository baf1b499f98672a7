import { equalBytes } from "../../base/bytes/bytes.ts";
import { rest } from "../../base/wait/rest_io.ts";
import type { Semaphore } from "../../base/wait/semaphore.ts";
import type { EncodedMember } from "../files/waiting.ts";
import type { Engine, NewMessage, Published, StoredMessage } from "./engine.ts";
import { STREAM } from "./subjects.ts";
import type { PendingBatch, PendingMember, Run, WaitingMessages } from "./waiting_messages.ts";

/** Whom a publisher tells, and what it shares with others. */
export interface PublisherOptions {
  readonly engine: Engine;
  /** Held while something is on its way, so that there are not too many of such messages. */
  readonly permits: Semaphore;
  /** How long it takes until what has failed is tried again. */
  readonly retryMs: number;
  /** Aborts when what cannot be stored at once is given up. */
  readonly closing: AbortSignal;
  /** Told of each member that is stored. */
  readonly onStored: (batch: PendingBatch, member: PendingMember, encoded: EncodedMember) => void;
  /** Told when all members of a message are. */
  readonly onMessage: (seconds: number) => void;
  /** Told that the last message of the subject has been discarded, by a limit or by hand. */
  readonly onDiscarded: () => void;
  /** Told why nothing is stored just now; nothing when it goes on. */
  readonly onStall: (why?: string) => void;
  /** Told, at the end, that what waits never will be stored: another collector has the session, or it is closed. */
  readonly onOver: (why: "fenced" | "closed") => void;
}

/**
 * Publishes what waits for one subject, one message at a time: each is stored only right behind the last
 * one that is known, so that of two collectors that serve a session one alone goes on.
 */
export class Publisher {
  readonly #waiting: WaitingMessages;
  readonly #options: PublisherOptions;
  /** The number of the last message of the subject; undefined: whatever it is. */
  #last: number | undefined;
  #running: Promise<void> | undefined;
  #isOver = false;

  constructor(waiting: WaitingMessages, last: number | undefined, options: PublisherOptions) {
    this.#waiting = waiting;
    this.#last = last;
    this.#options = options;
  }

  /** Resolves when nothing waits any more, or never will be stored. */
  get drained(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  /** Whether nothing waits. */
  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /** Adds a batch to what waits. */
  add(batch: PendingBatch): void {
    if (this.#isOver) return;
    this.#waiting.add(batch);
    this.#running ??= this.#run();
  }

  /** Publishes that the session has ended; nothing may wait. Tried once: it is no record. */
  async end(): Promise<void> {
    if (!this.#isOver) await this.#options.engine.publish(this.#behindLast(this.#waiting.end()));
  }

  async #run(): Promise<void> {
    while (!this.#waiting.isEmpty && !this.#isOver) await this.#publishNext();
    this.#running = undefined;
  }

  async #publishNext(): Promise<void> {
    const { engine, permits, closing, onMessage } = this.#options;
    await permits.acquire();
    try {
      if (closing.aborted) return this.#over("closed");
      const beganMs = performance.now();
      const run = this.#waiting.take(engine.maxPayloadBytes);
      let before: number | undefined;
      for (const message of run.messages) {
        before = await this.#publish(this.#behindPiece(message, before));
        if (before === undefined) return;
      }
      this.#tell(run);
      onMessage((performance.now() - beganMs) / 1000);
    } finally {
      permits.release();
    }
  }

  #tell({ batches }: Run): void {
    for (const { batch, encoded } of batches) {
      encoded.forEach((each, n) => this.#options.onStored(batch, batch.members[n]!, each));
    }
  }

  /** Of what comes without session nothing else tells which piece is before another. */
  #behindPiece(message: NewMessage, before: number | undefined): NewMessage {
    if (before === undefined || this.#last !== undefined) return message;
    return { ...message, headers: [...message.headers, ["Farcap-Before", `${before}`]] };
  }

  /** Publishes a message until it is known to be stored, and tells its number; undefined when it never will be. */
  async #publish(message: NewMessage): Promise<number | undefined> {
    const { engine, closing, onStall, retryMs } = this.#options;
    let { id } = message;
    for (;;) {
      const published = await engine.publish({ ...this.#behindLast(message), id });
      if (published.kind === "stored") return this.#stored(published.seq);
      const outcome = await this.#lookFor(message, published).catch((error: Error) =>
        error.message
      );
      if (typeof outcome === "object") return this.#stored(outcome.seq);
      if (outcome === "fenced") return this.#over(outcome);
      if (outcome === "forgotten") id = undefined; // its id is remembered, and it is not there
      if (outcome === "forgotten" || outcome === "discarded") continue;
      onStall(published.kind === "failed" ? published.why : outcome);
      if (closing.aborted) return this.#over("closed");
      await rest(retryMs, closing);
    }
  }

  /** Where a message is that was not simply stored; else why not. @throws Error When the engine does not answer. */
  async #lookFor(message: NewMessage, published: Published): Promise<StoredMessage | string> {
    const { engine, onDiscarded } = this.#options;
    if (published.kind === "duplicate") {
      const found = await engine.at(STREAM, published.seq);
      return found && isThat(found, message) ? found : "forgotten";
    }
    if (this.#last === undefined) return "it is not stored";
    const found = await engine.last(STREAM, message.subject);
    if (found && isThat(found, message)) return found;
    if ((found?.seq ?? 0) === this.#last) return "it is not stored";
    if (found) return "fenced";
    onDiscarded();
    this.#last = 0;
    return "discarded";
  }

  #behindLast(message: NewMessage): NewMessage {
    return { ...message, after: this.#last };
  }

  #stored(seq: number): number {
    if (this.#last !== undefined) this.#last = seq;
    this.#options.onStall();
    return seq;
  }

  #over(why: "fenced" | "closed"): undefined {
    this.#isOver = true;
    this.#options.onOver(why);
    return undefined;
  }
}

/** Whether what is stored is that message, byte for byte. */
function isThat(
  stored: { header(name: string): string; readonly payload: Uint8Array },
  { headers, payload }: NewMessage,
): boolean {
  return headers.every(([name, value]) => stored.header(name) === value) &&
    equalBytes(stored.payload, payload);
}
