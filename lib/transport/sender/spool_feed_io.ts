import { Condition } from "../../base/wait/condition_io.ts";
import { messageOf, StoreError } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import type { BatchPart, PackedBatch } from "../../pack/packed_batch.ts";
import { type BatchSpool, isSpooled, type SpooledBatch } from "./batch_spool.ts";
import { isBooks, keptBytes } from "./in_flight.ts";
import { BOOKS_TYPE, type SentCountsByType } from "../sent_counts.ts";
import type { SessionSender } from "./session_sender.ts";
import { blockedLine, booksLeftLine, leftLine, spoolingLine, takenUpLine } from "./spool_words.ts";

/** How a {@linkcode SpoolFeed} works. */
export interface SpoolFeedOptions {
  readonly spool: BatchSpool;
  readonly sender: SessionSender;
  readonly counts: SentCountsByType;
  /** Whether whoever makes batches waits while there is no room; else batches are dropped. */
  readonly waits: boolean;
  /** Batches go to disk when nothing has been settled for so long; 0, the default: all go through it. */
  readonly spoolAfterMs?: number | undefined;
  /** Limit of the sender's queue. */
  readonly maxQueueBytes: number;
  /** Called when the sender may have something to send, or room. */
  readonly onChange: () => void;
  /** The time; the runtime's by default. */
  readonly clock?: () => number;
  readonly log: Log;
}

/** Of a live capture also those go there that fill more than this part of the queue. */
const QUEUE_PART = 2;
/** What gets numbers at a time: each time the disk is synced. */
const READ_BYTES = 1 << 20;
const TICK_MS = 500;

/**
 * Moves batches of a session between memory and disk. Those that would wait for long, or have no room, go
 * into the spool, and from then on all that are made, until it has been sent: so each type stays in order.
 * What is in flight of memory is settled before a batch of the spool gets a number, and the other way
 * round: so a run after this one finds all batches of a session that have numbers, or none.
 */
export class SpoolFeed {
  readonly #options: SpoolFeedOptions;
  readonly #wake = new Condition();
  /** What is being written into the spool. */
  writing: PackedBatch | undefined;
  #running: Promise<void> | undefined;
  #isPoked = false;
  #isStopped = false;
  /** Read and without a number, oldest first. */
  #pending: SpooledBatch[] = [];
  /** Whether the collector of this connection does not take what comes next. */
  #isBlocked = false;
  #hasFailed = false;
  #isSpooling: boolean;
  /** Entries in front of all others, for what was in flight when spooling began. */
  #gap = { next: 0, end: 0 };
  /** When a batch was last settled, or none waited for that. */
  #movedAtMs: number;
  readonly #clock: () => number;

  constructor(options: SpoolFeedOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#movedAtMs = this.#clock();
    const { spool, sender, counts, log } = options;
    this.#isSpooling = !spool.isClear;
    sender.holdsBack = this.#isSpooling;
    sender.spoolsAll = this.#takesAll;
    for (const [type, records] of this.held) counts.of(type).resumed = records;
    counts.add("maybeTwice", { parts: spool.unsure });
    if (this.held.size > 0) log.line(takenUpLine(this.#words));
  }

  /** Records in the spool that are not settled, by type; without rows of the books, which count nowhere. */
  get held(): ReadonlyMap<number, number> {
    return new Map([...this.#options.spool.held].filter(([type]) => type !== BOOKS_TYPE));
  }

  /** Whether rows of the books may go there while there is no connection. */
  get takesBooks(): boolean {
    return this.isWorking;
  }

  /** Whether no batch is sent that has not been on disk. */
  get #takesAll(): boolean {
    return (this.#options.spoolAfterMs ?? 0) === 0;
  }

  /** Whether nothing of the spool is left that could be sent. */
  get isDone(): boolean {
    return this.#options.spool.isClear || this.#isBlocked || this.#hasFailed;
  }

  /** Whether it can make room in the sender's queue. */
  get isWorking(): boolean {
    return !this.#hasFailed;
  }

  /** Something has changed: batches were added or settled, the connection came or went. */
  poke(): void {
    this.#isPoked = true;
    this.#wake.notify();
  }

  /** The collector has accepted a connection. */
  welcome(): void {
    this.#isBlocked = false;
    this.#movedAtMs = this.#clock();
    this.poke();
  }

  /** A batch has been settled. */
  settled(batch: PackedBatch): void {
    this.#movedAtMs = this.#clock();
    if (isSpooled(batch)) this.#options.spool.release(batch);
  }

  /** A batch of the spool has lost its number, since its session was given up. */
  returned(batch: SpooledBatch): void {
    this.#putBack([batch]);
  }

  /** Works until it is stopped. */
  start(): void {
    this.#running = this.#run();
  }

  /** Ends at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.poke();
    await this.#running;
  }

  /** Ends, when nothing is sent any more: all that is held goes to disk. */
  async finish(): Promise<void> {
    const { spool, sender, counts, log } = this.#options;
    await this.stop();
    try {
      if (!this.#hasFailed) {
        if (!sender.inFlight.areSpooled) await this.#spillInFlight();
        while (await this.#spill(false));
        await spool.sync();
        await spool.tidy();
      }
    } catch (error) {
      this.#fail(error);
    }
    for (const [type, records] of this.held) counts.of(type).spooled = records;
    if (this.held.size > 0) log.line(leftLine(this.#words));
    else if (spool.held.size > 0) log.line(booksLeftLine(spool));
  }

  async #run(): Promise<void> {
    while (!this.#isStopped && !this.#hasFailed) {
      this.#isPoked = false;
      const hasMoved = await this.step();
      if (!hasMoved && !this.#isPoked) await this.#wake.wait(TICK_MS);
    }
  }

  /** Does what there is to do; whether that may have led to more. What runs does so by itself. */
  async step(): Promise<boolean> {
    return await this.#step().catch((error) => this.#fail(error));
  }

  async #step(): Promise<boolean> {
    const { spool, sender, onChange } = this.#options;
    let hasMoved = false;
    if (this.#mustSpill(this.#clock())) {
      this.#beginSpooling();
      while (!this.#isStopped && await this.#spill(this.#options.waits)) hasMoved = true;
      await spool.sync();
    }
    if (!this.#isStopped && await this.#feed()) hasMoved = true;
    await spool.tidy(this.#isBlocked);
    const holdsBack = this.#isBlocked ? spool.hasNumbersOf(sender.session) : !spool.isClear;
    sender.spoolsAll = this.#takesAll && !this.#isBlocked;
    if (this.#isSpooling && spool.isClear) this.#endSpooling();
    if (sender.holdsBack !== holdsBack) hasMoved = true;
    sender.holdsBack = holdsBack;
    if (hasMoved) onChange();
    return hasMoved;
  }

  #mustSpill(nowMs: number): boolean {
    const { spool, sender, waits, maxQueueBytes, spoolAfterMs = 0 } = this.#options;
    const hasRecords = sender.waiting.bytes > 0;
    if (!hasRecords && sender.books.length === 0) {
      if (sender.queuedBytes === 0) this.#movedAtMs = nowMs;
      return false;
    }
    const hasOlder = spool.hasUnread || this.#pending.length > 0;
    if (!this.#isBlocked && (hasOlder || (this.#takesAll && hasRecords))) return true;
    if (!hasRecords && sender.isWelcome) return false; // rows of the books are next
    if (!waits && sender.waiting.bytes > maxQueueBytes / QUEUE_PART) return true;
    const mayWait = waits && sender.isWelcome; // reading waits, and nothing is lost
    return !mayWait && nowMs - this.#movedAtMs >= spoolAfterMs;
  }

  /** Moves a batch from memory to disk; false when there is none, or no room. */
  async #spill(waits: boolean): Promise<boolean> {
    const { spool, sender, onChange } = this.#options;
    const next = sender.waiting.peek() ?? sender.books.at(0);
    if (!next || (waits && !spool.hasRoomFor(next))) return false;
    await this.#append((isBooks(next) ? sender.books.shift() : sender.waiting.take())!);
    onChange();
    return true;
  }

  /** Moves what is in flight to disk, in front of what was spooled later; where that fails, the rest stays. */
  async #spillInFlight(): Promise<void> {
    const { sender: { inFlight }, counts } = this.#options;
    for (let sent = inFlight.shift(); sent; sent = inFlight.shift()) {
      const { batch } = sent;
      counts.add("maybeTwice", batch);
      const { next, end } = this.#gap;
      await this.#append(batch, next < end ? this.#gap.next++ : undefined);
    }
  }

  async #append(batch: PackedBatch, entry?: number): Promise<void> {
    const { spool, counts, log } = this.#options;
    const onDropped = (parts: readonly BatchPart[]) => {
      counts.add("dropped", { parts });
      log.problem("spool full", `The spool ${spool.folder} is full: the most common records go`);
    };
    this.writing = batch;
    try {
      await spool.append(batch, onDropped, entry);
    } catch (error) {
      counts.add("dropped", batch);
      throw error;
    } finally {
      this.writing = undefined;
    }
  }

  /** Gives the next batches of the spool numbers, and to the sender; false when it cannot be done now. */
  async #feed(): Promise<boolean> {
    const { spool, sender } = this.#options;
    const session = sender.spooledSession;
    const isOlder = sender.isWelcome && !sender.values; // it takes nothing that is sealed
    if ((!session && !isOlder) || this.#isBlocked) return false;
    if (this.#pending.length === 0) this.#putBack(await spool.read(READ_BYTES));
    const batches = this.#takePending(sender.inFlight.room);
    if (batches.length === 0 || !session) return false;
    const numbered = { session, first: sender.sequence + 1n, batches };
    try {
      await spool.number(numbered);
    } catch (error) {
      this.#putBack(batches);
      if (!(error instanceof StoreError && error.code === "disk-full")) throw error;
      this.#options.log.problem("spool", error.message);
      return false;
    }
    if (!sender.addNumbered(numbered)) this.#putBack(batches); // the session has been given up meanwhile
    return true;
  }

  /** Those that the collector takes; what it does not want is let go of. */
  #takePending(maxBytes: number): SpooledBatch[] {
    const { spool, sender, log } = this.#options;
    const batches: SpooledBatch[] = [];
    for (let bytes = 0; bytes < maxBytes;) {
      const [next] = this.#pending;
      if (!next) break;
      if (!sender.canSend(next)) {
        this.#isBlocked = batches.length === 0;
        if (this.#isBlocked) log.problem("blocked", blockedLine(this.#words, next));
        break;
      }
      this.#pending.shift();
      if (!sender.isTaken(next)) spool.discard(next);
      else {
        batches.push(next);
        bytes += keptBytes(next);
      }
    }
    return batches;
  }

  /** What is said of it. */
  get #words() {
    return { folder: this.#options.spool.folder, held: this.held };
  }

  #putBack(batches: readonly SpooledBatch[]): void {
    this.#pending = [...this.#pending, ...batches].sort((a, b) => a.entry - b.entry);
  }

  #beginSpooling(): void {
    if (this.#isSpooling) return;
    const { spool, sender, log } = this.#options;
    this.#isSpooling = sender.holdsBack = true;
    const count = sender.inFlight.length;
    const next = spool.reserve(count);
    this.#gap = { next, end: next + count };
    if (!this.#takesAll) log.line(spoolingLine(spool));
  }

  #endSpooling(): void {
    const { log, spool } = this.#options;
    this.#isSpooling = false;
    if (!this.#takesAll) {
      log.line(`the spool ${spool.folder} is empty: all that was in it is stored`);
    }
  }

  /** The disk has failed: what is on it, the next run may find; this one goes on in memory. */
  #fail(error: unknown): false {
    if (!(error instanceof StoreError)) throw error;
    const { log, sender, onChange, spool } = this.#options;
    this.#hasFailed = true;
    sender.holdsBack = false;
    sender.spoolsAll = false;
    log.problem(
      "spool failed",
      `${messageOf(error)}; the spool ${spool.folder} is not used any more`,
    );
    onChange();
    return false;
  }
}
