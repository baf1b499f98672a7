import type { Log } from "../../base/program/log_io.ts";
import { printable } from "../../base/text/printable.ts";
import { rest } from "../../base/wait/rest_io.ts";
import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";
import { partsOf } from "../files/session_log.ts";
import type { Store, StoredSession } from "../store.ts";
import type { Engine, StoredMessage } from "./engine.ts";
import { batchesOf } from "./message_batches.ts";
import { type MessageHead, parseHead } from "./message_head.ts";
import { unreadableSubject } from "./subjects.ts";
import { wholePayload } from "./whole_payload_io.ts";

/** Sessions that stay open though nothing has come for them. */
const MAX_SESSIONS = 2048;
const RETRY_MS = 1000;
/** What headers of a message take that is set aside, besides those that it had. */
const HEAD_BYTES = 1024;
const UTF8 = new TextEncoder();

/** What became of messages, in members where nothing else is said. */
export interface StreamCounts {
  /** Messages all of which is durable. */
  messages: number;
  /** Members of batches of sessions. */
  batches: number;
  /** Those that were there already. */
  duplicates: number;
  refused: number;
  /** Batches that were in the stream once, and were discarded before they were read. */
  lost: bigint;
  /** Messages that are none of ours. */
  unreadable: number;
}

/**
 * Puts what messages hold into another store, each batch of a session once: whatever that has already
 * is a duplicate. What nobody can read goes to a stream of its own.
 */
export class StreamWriter {
  readonly counts: StreamCounts = {
    ...{ messages: 0, batches: 0, duplicates: 0, refused: 0, lost: 0n, unreadable: 0 },
  };
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #log: Log;
  readonly #closing: AbortSignal;
  /** By subject, the one that was unused for longest first. */
  readonly #sessions = new Map<string, Promise<StoredSession>>();
  /** All of a session up to there has been appended. */
  readonly #taken = new WeakMap<StoredSession, bigint>();

  /** @param closing Aborts when nobody waits any more for what is not stored. */
  constructor(engine: Engine, store: Store, log: Log, closing: AbortSignal) {
    this.#engine = engine;
    this.#store = store;
    this.#log = log;
    this.#closing = closing;
  }

  /**
   * Returns when all that messages of one partition hold is durable. No two calls may be about the same
   * partition.
   *
   * @param isFirst Nothing of the partition was read before: what is missing in front of it is no loss.
   * @throws StoreError When the store has failed. Error when the engine does not answer, or the end has come.
   */
  async write(messages: readonly StoredMessage[], isFirst = false): Promise<void> {
    const touched = new Set<StoredSession>();
    for (const message of messages) {
      const head = parseHead((name) => message.header(name));
      if (!head) await this.#setAside(message, "its headers are none that it should have");
      else if (head.piece === head.pieces) await this.#take(message, head, { touched, isFirst });
    }
    await Promise.all([this.#store.commit(), ...[...touched].map((each) => each.drained())]);
    this.counts.messages += messages.length;
    await this.#forget();
  }

  async #take(
    message: StoredMessage,
    head: MessageHead,
    { touched, isFirst }: { readonly touched: Set<StoredSession>; readonly isFirst: boolean },
  ): Promise<void> {
    const payload = await wholePayload(this.#engine, message, head);
    const found = payload
      ? batchesOf(head, payload)
      : { problem: "pieces of it are not there any more" };
    if ("problem" in found) return await this.#setAside(message, found.problem);
    for (const batch of found.loose) await this.#store.append(batch);
    for (const rows of found.rows) await this.#store.keep(head.client, rows);
    if (head.session === 0n) return;
    const session = await this.#use(message.subject, head);
    touched.add(session);
    for (const batch of found.ofSession.toSorted(bySequence)) {
      const before = batch.sequence - 1n;
      if (!this.#hasAll(session, before) && head.settled >= batch.sequence) {
        await session.drained();
        this.#skip(session, batch.sequence, head.client, isFirst && session.settled === 0n);
      }
      const isNext = this.#hasAll(session, before) && !this.#hasAll(session, batch.sequence);
      await this.#append(session, batch, message);
      if (isNext) this.#taken.set(session, batch.sequence);
    }
    if (head.isOver) {
      await session.drained();
      session.close(true);
      this.#sessions.delete(message.subject);
    }
  }

  /** Whether all batches up to that one are stored, or will be. */
  #hasAll(session: StoredSession, sequence: bigint): boolean {
    return sequence <= session.settled || sequence <= (this.#taken.get(session) ?? 0n);
  }

  async #append(
    session: StoredSession,
    batch: CheckedSessionBatch,
    message: StoredMessage,
  ): Promise<void> {
    const members = partsOf(batch);
    this.counts.batches += members;
    if (batch.sequence <= session.settled) {
      this.counts.duplicates += members;
      return;
    }
    const added = session.append(batch);
    if (added === "fork") {
      return await this.#setAside(
        message,
        `another batch ${batch.sequence} of its session is there`,
      );
    }
    this.counts.duplicates += members - added;
    if (added > 0 && batch.reason !== 0) this.counts.refused++;
    if (added > 0) this.counts.refused += batch.parts.filter((part) => "refused" in part).length;
  }

  /** All below that one was in the stream once; what is not here by now never will be. */
  #skip(session: StoredSession, sequence: bigint, client: string, isBegin = false): void {
    const lost = session.skipTo(sequence);
    if (lost === 0n) return;
    const shownName = printable(client);
    if (!isBegin) this.counts.lost += lost;
    this.#log.problem(
      `gone ${client}`,
      isBegin
        ? `the oldest batch of a session of ${shownName} in the stream is ${sequence}`
        : `${lost} batches of ${shownName} were discarded from the stream before they were read`,
      { sensor: client },
    );
  }

  /**
   * Takes note that nothing of a session is in the stream any more, and all up to a batch was. Not while
   * something of its partition is being written.
   *
   * @throws StoreError When the store has failed.
   */
  async discarded(
    subject: string,
    of: Pick<MessageHead, "client" | "session">,
    settled: bigint,
  ): Promise<void> {
    const session = await this.#use(subject, of);
    await session.drained();
    if (session.settled < settled) this.#skip(session, settled + 1n, of.client);
    await this.#forget();
  }

  #use(
    subject: string,
    { client, session }: Pick<MessageHead, "client" | "session">,
  ): Promise<StoredSession> {
    const opened = this.#sessions.get(subject) ??
      this.#store.openSession(client, session, () => {}, this.#closing);
    this.#sessions.delete(subject);
    this.#sessions.set(subject, opened);
    opened.catch(() => this.#sessions.delete(subject));
    return opened;
  }

  /** Closes what has been unused for longest. */
  async #forget(): Promise<void> {
    for (const [subject, opened] of this.#sessions) {
      if (this.#sessions.size <= MAX_SESSIONS) return;
      this.#sessions.delete(subject);
      (await opened).close();
    }
  }

  /** Puts a message where somebody can look at it. */
  async #setAside({ seq, subject, payload, header }: StoredMessage, why: string): Promise<void> {
    this.counts.unreadable++;
    const shown = `message ${seq} of ${printable(subject)}`;
    this.#log.problem("unreadable", `Cannot read ${shown}: ${why}`);
    const names = ["Farcap-Client", "Farcap-Session", "Farcap-Sequence", "Farcap-Members"];
    const copied = names.map((name) => [name, header(name)] as const)
      .filter(([, value]) => value !== "");
    const bytes = copied.reduce(
      (sum, [, value]) => sum + UTF8.encode(value).length,
      payload.length,
    );
    const fits = bytes <= this.#engine.maxPayloadBytes - HEAD_BYTES;
    const headers = [
      ["Farcap-Why", why] as const,
      ["Farcap-Message", `${seq}`] as const,
      ...(fits ? copied : []),
    ];
    const id = `unreadable.${seq}`;
    for (;;) {
      const aside = {
        ...{ subject: unreadableSubject(subject), headers, id },
        payload: fits ? payload : new Uint8Array(),
      };
      const published = await this.#engine.publish(aside);
      if (published.kind === "stored" || published.kind === "duplicate") return;
      this.#closing.throwIfAborted();
      const reason = published.kind === "failed" ? published.why : published.kind;
      this.#log.problem("aside", `Cannot set ${shown} aside: ${reason}; tried again`);
      await rest(RETRY_MS, this.#closing);
    }
  }
}

function bySequence(a: CheckedSessionBatch, b: CheckedSessionBatch): number {
  return a.sequence < b.sequence ? -1 : 1;
}
