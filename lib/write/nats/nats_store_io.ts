import { StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { Semaphore } from "../../base/wait/semaphore.ts";
import { unlessAborted } from "../../base/wait/unless_aborted.ts";
import type { CheckedBatch } from "../../verify/check_batch.ts";
import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";
import { filedType, UNKNOWN_TYPE } from "../files/file_names.ts";
import type { SessionBooks } from "../books/session_books.ts";
import { BookKeeper } from "../files/book_keeper_io.ts";
import { OpenSessions } from "../files/open_sessions.ts";
import { SessionLog } from "../files/session_log.ts";
import { StoreCounts } from "../files/store_counts.ts";
import type { StoreOptions } from "../files/store_options.ts";
import { type WaitingBatch, waitingBatch, waitingSessionBatch } from "../files/waiting.ts";
import type { FramedRows } from "../framed_rows.ts";
import type { Store, StoredSession } from "../store.ts";
import type { Engine } from "./engine.ts";
import { Markers } from "./markers_io.ts";
import { type PendingBatch, WaitingMessages } from "./waiting_messages.ts";
import { parseMark } from "./message_head.ts";
import { Publisher, type PublisherOptions } from "./publisher_io.ts";
import { batchSubject, markerSubject, STATE_STREAM, STREAM } from "./subjects.ts";

/** How a store in the engine is used. */
export interface NatsStoreOptions extends Pick<StoreOptions, "onStored"> {
  /** What a row of the books spans at least; 0, the default: none are kept. */
  readonly spanMs?: number;
  /** How long it takes until what could not be stored is tried again (default 1 s). */
  readonly retryMs?: number;
  /** Bytes of batches without session that may wait before `append` does (default 16 MiB). */
  readonly maxWaitingBytes?: number;
  /** Told once when batches begin to wait, and why. */
  readonly onStalled?: (why: string) => void;
  /** Told when none waits for that any more. */
  readonly onResumed?: () => void;
  /** Told that a limit of the engine, or somebody, has discarded the last message of a subject. */
  readonly onDiscarded?: (subject: string) => void;
  /** Told of a session that another collector stores now. */
  readonly onFenced?: (client: string) => void;
}

/** Messages that are on their way at a time: each may be as long as the engine takes it. */
const MAX_MESSAGES = 32;
const RETRY_MS = 1000;
const MAX_WAITING_BYTES = 16 << 20;

/** A session that is open here, or of which something waits. */
interface OpenedSession {
  readonly log: SessionLog;
  readonly publisher: Publisher;
  use?: StoredSession;
}

/**
 * Records in streams of NATS JetStream, for any number of collectors at a time. A batch of a session is
 * settled when the engine has acknowledged the message that it is in. What is known of a session is read
 * from its last message whenever it is opened, since another collector may have had it meanwhile.
 *
 * While the engine is away, full or slow, batches wait; those of sessions withhold credit.
 */
export class NatsStore implements Store {
  readonly id: Uint8Array;
  /** What it has done with what came. */
  readonly counts = new StoreCounts();
  readonly #engine: Engine;
  readonly #options: NatsStoreOptions;
  readonly #retryMs: number;
  readonly #sessions = new OpenSessions();
  readonly #opened = new Map<string, OpenedSession>();
  /** Of those that are being opened, by subject: one after the other. */
  readonly #opening = new Map<string, Promise<unknown>>();
  /** Of what comes without session. */
  readonly #publishers = new Map<string, Publisher>();
  readonly #markers: Markers;
  readonly #books: BookKeeper;
  readonly #permits = new Semaphore(MAX_MESSAGES);
  readonly #closing = new AbortController();
  /** Aborts when what cannot be stored at once is given up. */
  readonly #givingUp = new AbortController();
  readonly #stalled = new Set<unknown>();
  /** Aborts when the first of these begins to wait. */
  #stalling = new AbortController();
  /** Of batches without session that wait, without rows. */
  #waitingBytes = 0;
  /** Batches without session, and rows, that wait. */
  #looseBatches = 0;
  #lastArrival = 0n;

  /** @param id Of the place where the engine stores. */
  constructor(engine: Engine, id: Uint8Array, options: NatsStoreOptions = {}) {
    this.id = id;
    this.#engine = engine;
    this.#options = options;
    this.#retryMs = options.retryMs ?? RETRY_MS;
    this.#markers = new Markers(engine);
    this.#books = new BookKeeper({
      spanMs: options.spanMs ?? 0,
      stamp: () => this.#stamp(),
      commit: () => Promise.resolve(), // of datagrams there are no books
      write: (_folder, client, type, rows) => {
        const { count, arrival } = rows;
        const times = { firstTime: arrival, lastTime: arrival };
        this.#add(client, rows, { ...times, type, count, containsPayloads: false });
      },
    });
  }

  async append(batch: CheckedBatch): Promise<void> {
    this.#check();
    const waiting = waitingBatch(batch, this.#stamp());
    const { clientId: client, type, count, firstTime, lastTime, containsPayloads } = batch;
    this.#add(client, waiting, {
      ...{ type, count, firstTime, lastTime, containsPayloads },
    });
    this.#waitingBytes += batch.records.length;
    const { maxWaitingBytes = MAX_WAITING_BYTES } = this.#options;
    while (this.#waitingBytes > maxWaitingBytes && !this.#closing.signal.aborted) {
      await Promise.race([...this.#publishers.values()].map(({ drained }) => drained));
      if (this.#waitingBytes > maxWaitingBytes) await rest(0);
    }
  }

  /** As {@linkcode Store.commit}; while nothing can be stored it waits for that no longer. */
  async commit(): Promise<void> {
    if (this.#stalled.size > 0) return;
    const all = Promise.all([...this.#publishers.values()].map(({ drained }) => drained));
    const { signal } = this.#stalling;
    await unlessAborted(all, signal).catch((error) => {
      if (error !== signal.reason) throw error;
    });
  }

  keep(client: string, rows: FramedRows): Promise<void> {
    try {
      this.#check();
      this.#books.keep(client, client, rows);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async openSession(
    client: string,
    session: bigint,
    onSettled: (settled: bigint) => void,
    signal?: AbortSignal,
  ): Promise<StoredSession> {
    if (session === 0n) throw new RangeError("Cannot open session 0: it stands for none");
    this.#check();
    signal?.throwIfAborted();
    const subject = batchSubject(client, session);
    const before = this.#opening.get(subject) ?? Promise.resolve();
    const opening = before.catch(() => {})
      .then(() => this.#open(client, session, onSettled, signal));
    this.#opening.set(subject, opening);
    try {
      return await opening;
    } finally {
      if (this.#opening.get(subject) === opening) this.#opening.delete(subject);
    }
  }

  /** Stores what was appended, if it can be at once, and takes nothing more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new TypeError("the store has been closed"));
    for (const { use } of this.#opened.values()) use?.close();
    const publishers = [...this.#publishers.values()];
    for (const { publisher } of this.#opened.values()) publishers.push(publisher);
    if (this.#stalled.size > 0) this.#givingUp.abort();
    await this.#books.stop();
    await Promise.all(publishers.map(({ drained }) => drained));
    if (this.#stalled.size === 0) this.#books.last();
    await Promise.all([...this.#publishers.values()].map(({ drained }) => drained));
    this.counts.unstored += this.#looseBatches;
    await this.#markers.close();
  }

  async #open(
    client: string,
    session: bigint,
    onSettled: (settled: bigint) => void,
    signal?: AbortSignal,
  ): Promise<StoredSession> {
    const subject = batchSubject(client, session);
    const before = this.#opened.get(subject);
    before?.use?.close();
    await unlessAborted(before?.log.drained().catch(() => {}) ?? Promise.resolve(), signal);
    const { last, log } = await this.#load(client, session, signal);
    this.#check();
    const fenced = Promise.withResolvers<void>();
    const publisher = new Publisher(
      new WaitingMessages(subject, client, session, log),
      last,
      this.#publisherOptions(client, subject, (why) => {
        this.#sessions.abandon(log, lostTo(client, why));
        fenced.resolve();
        if (why === "fenced") this.#options.onFenced?.(client);
      }),
    );
    const opened: OpenedSession = { log, publisher };
    this.#opened.set(subject, opened);
    const books = this.#books.open(client, client, session, log);
    const submit = (batch: CheckedSessionBatch, missing: readonly number[]) => {
      this.#check();
      this.#sessions.take(log, batch, missing);
      publisher.add(this.#pending(batch, session, log, books));
    };
    const onClosed = async (isOver: boolean) => {
      if (!this.#closing.signal.aborted) this.#books.leave(books, isOver);
      if (isOver) await publisher.end();
      this.#markers.leave(markerSubject(client, session), log);
      if (this.#opened.get(subject) === opened) this.#opened.delete(subject);
    };
    opened.use = await this.#sessions.open(log, submit, onSettled, onClosed, books);
    return fencedBy(opened.use, fenced.promise);
  }

  /** What the engine has of a session: its last message, or what a marker tells of those that are gone. */
  async #load(
    client: string,
    session: bigint,
    signal?: AbortSignal,
  ): Promise<{ last: number; log: SessionLog }> {
    const until = AbortSignal.any([this.#closing.signal, ...signal ? [signal] : []]);
    const whom = {};
    for (;;) {
      until.throwIfAborted();
      try {
        const [last, marker] = await Promise.all([
          this.#engine.last(STREAM, batchSubject(client, session)),
          this.#engine.last(STATE_STREAM, markerSubject(client, session)),
        ]);
        this.#stall(whom);
        const marks = [last, marker].map((found) => found && parseMark((n) => found.header(n)));
        const [mark = NO_MARK, other = NO_MARK] = marks;
        const { settled, above } = mark.settled >= other.settled ? mark : other;
        const parts = above.flatMap(({ sequence, digest, parts }) =>
          Array.from({ length: parts }, (_, n) => ({
            ...{ sequence, digest, parts, part: n + 1, reason: 0, version: 2 },
          }))
        );
        const log = new SessionLog(settled, "", parts);
        this.#markers.open(markerSubject(client, session), log, marker?.seq ?? 0, other.settled);
        return { last: last?.seq ?? 0, log };
      } catch (error) {
        this.#stall(whom, (error as Error).message);
      }
      await rest(this.#retryMs, until);
      if (until.aborted) this.#stall(whom);
    }
  }

  #pending(
    batch: CheckedSessionBatch,
    session: bigint,
    log: SessionLog,
    books: SessionBooks | undefined,
  ): PendingBatch {
    const { sequence, digest, claims, parts, firstTime, lastTime, containsPayloads } = batch;
    const arrival = this.#stamp();
    const type = claims.length === 1 ? claims[0]!.type : UNKNOWN_TYPE;
    const whole = {
      type,
      claims,
      waiting: waitingSessionBatch(batch, 1, session, log, arrival, books),
    };
    const members = parts.length === 0 ? [whole] : parts.map(({ type }, n) => ({
      type: filedType(type),
      claims: [claims[n]!],
      waiting: waitingSessionBatch(batch, n + 1, session, log, arrival, books),
    }));
    return {
      ...{ sequence, digest, members, firstTime, lastTime, containsPayloads },
      parts: members.length,
    };
  }

  #add(
    client: string,
    waiting: WaitingBatch,
    { type, count, ...batch }:
      & { readonly type: number; readonly count: number }
      & Pick<PendingBatch, "firstTime" | "lastTime" | "containsPayloads">,
  ): void {
    const member = { type: filedType(type), claims: [{ type, count }], waiting };
    const none = { sequence: 0n, digest: new Uint8Array(8), parts: 1 };
    const publisher = this.#publisherOf(client);
    publisher.add({ ...none, ...batch, members: [member] });
    this.#looseBatches++;
  }

  /** Of what a client sends without session; forgotten when nothing of that waits any more. */
  #publisherOf(client: string): Publisher {
    const subject = batchSubject(client, 0n);
    const known = this.#publishers.get(subject);
    if (known) return known;
    const messages = new WaitingMessages(subject, client, 0n);
    const options = this.#publisherOptions(client, subject, () => {});
    const publisher = new Publisher(messages, undefined, options);
    this.#publishers.set(subject, publisher);
    this.#forgetIdle(subject, publisher);
    return publisher;
  }

  async #forgetIdle(subject: string, publisher: Publisher): Promise<void> {
    do await publisher.drained; while (!publisher.isIdle);
    this.#publishers.delete(subject);
  }

  #publisherOptions(
    client: string,
    subject: string,
    onOver: PublisherOptions["onOver"],
  ): PublisherOptions {
    const whom = {};
    return {
      engine: this.#engine,
      permits: this.#permits,
      retryMs: this.#retryMs,
      closing: this.#givingUp.signal,
      onStored: (batch, { type, waiting }, { member, recordBytes }) => {
        const { kind, count } = waiting;
        if (kind === "stored") this.#options.onStored?.({ client, type, count, member });
        this.counts.count(type, { batch: waiting, recordBytes, memberBytes: member.length });
        waiting.written?.();
        const { place } = waiting;
        if (place) {
          this.#sessions.store(place.log, batch.sequence, place.part, 0n, "");
          this.#books.stored({ folder: client, client, type }, waiting);
        } else this.#looseBatches--;
        if (waiting.kind === "stored" && !place) this.#waitingBytes -= recordBytes;
      },
      onMessage: (seconds) => {
        this.counts.commits.observe(seconds);
        this.#sessions.tell();
      },
      onDiscarded: () => this.#options.onDiscarded?.(subject),
      onStall: (why) => this.#stall(whom, why),
      onOver: (why) => {
        this.#stall(whom);
        onOver(why);
      },
    };
  }

  /** Notes why somebody waits, or that he does not any more. */
  #stall(whom: unknown, why?: string): void {
    if (this.#givingUp.signal.aborted) return; // nobody waits any more
    const was = this.#stalled.size > 0;
    if (why === undefined) this.#stalled.delete(whom);
    else this.#stalled.add(whom);
    if (why !== undefined && this.#closing.signal.aborted) this.#givingUp.abort();
    if (why !== undefined && !was) {
      this.#stalling.abort();
      this.counts.stall = why;
      this.#options.onStalled?.(why);
    } else if (was && this.#stalled.size === 0) {
      this.#stalling = new AbortController();
      this.counts.stall = undefined;
      this.#options.onResumed?.();
    }
  }

  #check(): void {
    if (this.#closing.signal.aborted) {
      throw new TypeError("Cannot store any more: the store has been closed");
    }
  }

  #stamp(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    return this.#lastArrival = now > this.#lastArrival ? now : this.#lastArrival + 1n;
  }
}

const NO_MARK = { settled: 0n, above: [] };

function lostTo(client: string, why: "fenced" | "closed"): StoreError {
  return why === "fenced"
    ? new StoreError("locked", `Cannot store batches of ${client}: another collector does`)
    : new StoreError(
      "write-failed",
      `Cannot store batches of ${client}: the engine did not answer`,
    );
}

/** The same use, which tells when another collector has taken the session. */
function fencedBy(use: StoredSession, fenced: Promise<void>): StoredSession {
  return {
    get settled() {
      return use.settled;
    },
    fenced,
    skipTo: (oldestHeld) => use.skipTo(oldestHeld),
    append: (batch) => use.append(batch),
    drained: () => use.drained(),
    close: (isOver) => use.close(isOver),
  };
}
