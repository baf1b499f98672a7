import type { StoreError } from "../../base/errors.ts";
import type { BookKeeper } from "./book_keeper_io.ts";
import type { BatchWriter, FileOutcome } from "./batch_writer_io.ts";
import type { OpenSessions } from "./open_sessions.ts";
import { Rounds } from "./rounds_io.ts";
import type { StoreCounts } from "./store_counts.ts";
import type { STORE_DEFAULTS, StoreOptions } from "./store_options.ts";
import { type WaitingFile, waitsForRoom } from "./waiting.ts";

/**
 * Writes what waits for a store's disk, in rounds (group commit): a batch of a session is settled when
 * the round has made it durable. What finds no room waits on if it belongs to a session or to the books,
 * else it is lost and counted.
 */
export class CommitLoop {
  readonly #options: StoreOptions & typeof STORE_DEFAULTS;
  readonly #writer: BatchWriter;
  readonly #sessions: OpenSessions;
  readonly #counts: StoreCounts;
  readonly #books: BookKeeper;
  readonly #onNoted: (folder: string) => void;
  readonly #rounds: Rounds;
  #running?: Promise<void>;
  #isClosing = false;
  #stallCause?: StoreError;
  #failure?: StoreError;

  /** @param onNoted Told the folder of a note that is on disk. */
  constructor(
    options: StoreOptions & typeof STORE_DEFAULTS,
    writer: BatchWriter,
    sessions: OpenSessions,
    counts: StoreCounts,
    books: BookKeeper,
    onNoted: (folder: string) => void,
  ) {
    this.#options = options;
    this.#writer = writer;
    this.#sessions = sessions;
    this.#counts = counts;
    this.#books = books;
    this.#onNoted = onNoted;
    this.#rounds = new Rounds(options.retryMs);
  }

  /** Whether it is being closed. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Throws when nothing more can be added: it has failed, or is being closed. */
  check(): void {
    if (this.#failure) throw this.#failure;
    if (this.#isClosing) throw new TypeError("Cannot store any more: the store has been closed");
  }

  /** Adds a batch to what waits: {@linkcode Rounds.add}. */
  add(...waiting: Parameters<Rounds["add"]>): void {
    this.#rounds.add(...waiting);
    this.#running ??= this.#run();
  }

  /** Returns when batches without session that wait take less than the bound, or none is written any more. */
  async room(): Promise<void> {
    while (this.#rounds.bytes > this.#options.maxWaitingBytes && !this.#failure) {
      await this.#rounds.oneOver;
    }
  }

  /** Returns when what has been added without session is on disk, or counted as unstored. */
  async commit(): Promise<void> {
    await this.#rounds.allOver;
    if (this.#failure) throw this.#failure;
  }

  /** Ends everything: nothing is written any more. */
  fail(error: StoreError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#sessions.fail(error);
    this.#options.onFailure?.(error);
  }

  /**
   * Takes nothing more, writes what waits, if it can be, and gives up the rest.
   *
   * @param addLast Called when all is written; what it adds is, too.
   */
  async close(addLast: () => void): Promise<void> {
    this.#isClosing = true;
    this.#rounds.wake();
    await this.#running;
    if (!this.#failure && !this.#stallCause) addLast();
    await this.#running;
    this.#sessions.fail(this.#failure ?? this.#stallCause);
  }

  /** Writes what waits, until nothing does. */
  async #run(): Promise<void> {
    while (!this.#rounds.isEmpty && !this.#failure) {
      if (this.#isClosing && this.#stallCause && this.#rounds.hasNothingNew) break;
      await this.#rounds.pause(this.#isClosing ? 0 : this.#options.gatherMs);
      const { maxOpenFiles } = this.#options;
      const beganMs = performance.now();
      const files = [...this.#rounds.begin().files.values()];
      let stallCause: StoreError | undefined;
      for (let at = 0; at < files.length && !this.#failure; at += maxOpenFiles) {
        stallCause = await this.#write(files.slice(at, at + maxOpenFiles)) ?? stallCause;
      }
      this.#counts.commits.observe((performance.now() - beganMs) / 1000);
      this.#counts.openFiles = this.#writer.openFiles;
      this.#sayStalled(stallCause);
      this.#rounds.end();
    }
    this.#rounds.giveUp(); // what a failure left, for whoever waits
    this.#running = undefined;
  }

  /** Writes to files, as many as may be open. Returns why batches wait on, if some do. */
  async #write(files: readonly WaitingFile[]): Promise<StoreError | undefined> {
    let outcomes: FileOutcome[];
    try {
      outcomes = await this.#writer.write(files);
    } catch (error) {
      this.fail(error as StoreError);
      return undefined;
    }
    for (const outcome of outcomes) this.#settle(outcome);
    this.#sessions.tell(); // before whoever waits for it to be drained goes on
    const fatal = outcomes.find(({ isFatal }) => isFatal);
    if (fatal) this.fail(fatal.error!);
    let stallCause: StoreError | undefined;
    for (const { file, left, error } of outcomes) {
      if (!error || fatal) continue;
      const waiting = left.filter(waitsForRoom);
      const lost = left.length - waiting.length;
      if (lost > 0) {
        this.#counts.unstored += lost;
        this.#books.unstored(file, lost);
        this.#options.onUnstored?.(lost, error);
      }
      if (waiting.length > 0) this.#rounds.stall(file, waiting);
      if (waiting.length > 0 || error.code === "disk-full") stallCause = error;
    }
    return stallCause;
  }

  #settle({ file, written }: FileOutcome): void {
    for (const each of written) {
      const { batch, settled, path } = each;
      this.#counts.count(file.type, each);
      if (batch.place && batch.kind !== "note") {
        const { log, sequence, part } = batch.place;
        this.#sessions.store(log, sequence, part, settled, path);
      } else if (batch.place) {
        batch.place.log.record(settled, path);
        this.#onNoted(file.folder);
      }
      this.#books.stored(file, batch);
    }
  }

  #sayStalled(cause: StoreError | undefined): void {
    const was = this.#stallCause;
    if (!cause && this.#rounds.isStalled) return;
    this.#stallCause = cause;
    this.#counts.stall = cause?.message;
    if (cause && !was) this.#options.onStalled?.(cause);
    if (!cause && was) this.#options.onResumed?.();
  }
}
