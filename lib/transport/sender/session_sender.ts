import { equalBytes } from "../../base/bytes/bytes.ts";
import { Fifo } from "../../base/wait/fifo.ts";
import { DropQueue } from "../../gather/drop_queue.ts";
import { Encoding, type PackedBatch } from "../../pack/packed_batch.ts";
import { isSealedFor } from "../../seal/sealed_body.ts";
import { type ChannelMessage, MAX_BODY_BYTES } from "../../seal/channel_message.ts";
import {
  isSpooled,
  type NumberedBatches,
  type SpooledBatch,
  type SpooledSession,
} from "./batch_spool.ts";
import { ClockAnswer } from "./clock_answer.ts";
import { GrantedCredit } from "./granted_credit.ts";
import { bytesOfAll, InFlight, isBooks, keptBytes } from "./in_flight.ts";
import { takesBooks } from "./takes_books.ts";
import { batchBytes, batchCost, encodeBatch } from "../session/session_batch.ts";
import {
  encodeHello,
  FIRST_SCHEMA,
  LONGEST_BODY_BYTES,
  MessageType,
  parseRejected,
  parseStored,
  parseWelcome,
  Rejection,
  SCHEMA,
} from "../session/session_message.ts";
import { GO_ON, type SenderStep, violation } from "./sender_step.ts";
import type { SessionSenderOptions } from "./session_sender_options.ts";
import type { CollectorValues } from "../session/session_values.ts";

/** In flight at most, as a part of the queue. */
const IN_FLIGHT_PART = 4;

/**
 * The sensor's end of a session, without the world: batches and the collector's messages go in,
 * messages come out, the time is a parameter. It lives as long as the session; connections come and
 * go, see {@linkcode SessionSender.connected}. The state is that of docs/protocol.md:
 *
 * - batches that wait have no number yet, and may be dropped;
 * - a batch gets the next number when it is first sent, is never dropped then, and is sent again on
 *   each connection until it is settled.
 *
 * A session that nobody can go on with is given up for a new one, see
 * {@linkcode SessionSenderOptions.onMaybeTwice}.
 */
export class SessionSender {
  /** Whether batches that wait get no numbers: a spool has older ones. */
  holdsBack = false;
  /** Whether all batches but books go through a spool before they get one. */
  spoolsAll = false;
  /** Batches without a number. */
  readonly waiting: DropQueue<PackedBatch>;
  /** Those that have one and are not settled. */
  readonly inFlight: InFlight;
  readonly credit = new GrantedCredit();
  readonly #options: SessionSenderOptions;
  /** Rows of the sensor's books that have no number. */
  books = new Fifo<PackedBatch>();
  /** Batches of a spool that have been in flight in a session before this one. */
  readonly #returned = new WeakSet<SpooledBatch>();
  #session: bigint;
  #schema = SCHEMA;
  #name: string;
  /** What the collector said in its last welcome; of the session, since the store is the session's. */
  #values: CollectorValues | undefined;
  #next = 1n;
  #isWelcome = false;
  readonly #clock: ClockAnswer;

  /** Begins a session. */
  constructor(options: SessionSenderOptions) {
    this.#options = options;
    this.#session = options.newSession();
    this.#name = options.name;
    this.#clock = new ClockAnswer(options.time);
    const { priorityOf, maxQueueBytes, resumed } = options;
    this.inFlight = new InFlight(maxQueueBytes / IN_FLIGHT_PART);
    this.waiting = new DropQueue(
      ({ parts }) => Math.min(...parts.map(({ type }) => priorityOf(type))),
      keptBytes,
    );
    if (!resumed) return;
    const { session, storeId, encodings } = resumed.session;
    this.#session = session;
    this.#next = resumed.first;
    this.#values = { storeId, encodings, largestBatch: MAX_BODY_BYTES, time: 0n };
    this.#number(resumed.batches);
  }

  /** The session's number. */
  get session(): bigint {
    return this.#session;
  }

  /** What the session speaks; the newest until the collector turns out not to know it. */
  get schema(): number {
    return this.#schema;
  }

  /** What the collector said of itself; undefined before, and in a session of the first schema. */
  get values(): CollectorValues | undefined {
    return this.#values;
  }

  /** Whether the collector has accepted the connection. */
  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  /** The name that the collector gave; the wanted one before. */
  get name(): string {
    return this.#name;
  }

  /** Whether everything that was added is settled or dropped. */
  get isDrained(): boolean {
    const hasBooks = this.books.length > 0 && !this.holdsBack;
    return this.waiting.bytes === 0 && this.inFlight.length === 0 && !hasBooks;
  }

  /** Whether rows of the sensor's books may be sent: to a collector that names their type as wanted. */
  get takesBooks(): boolean {
    return this.#isWelcome && takesBooks(this.#values);
  }

  /** Memory that batches take. */
  get queuedBytes(): number {
    return this.waiting.bytes + this.inFlight.bytes;
  }

  /** Whether a batch can be added so that none is dropped. */
  hasRoomFor(batch: PackedBatch): boolean {
    return this.isDrained || this.queuedBytes + keptBytes(batch) <= this.#options.maxQueueBytes;
  }

  /** All batches that are not settled, but for books: first those in flight. */
  *unsettled(): IterableIterator<PackedBatch> {
    for (const batch of this.inFlight.batches()) if (!isBooks(batch)) yield batch;
    yield* this.waiting.batches();
  }

  /** The highest number that a batch was given; 0 at first. */
  get sequence(): bigint {
    return this.#next - 1n;
  }

  /**
   * The session in which batches of a spool may get the next numbers; undefined while others are in
   * flight, or there is no connection.
   */
  get spooledSession(): SpooledSession | undefined {
    const isFree = this.inFlight.length === 0 || this.inFlight.areSpooled;
    if (!isFree || !this.#isWelcome || !this.#values) return undefined;
    const { storeId, encodings } = this.#values;
    return { session: this.#session, storeId, encodings };
  }

  /** Whether the collector can open a batch of a spool, and knows its encoding. */
  canSend({ body, encoding }: SpooledBatch): boolean {
    const { sealedKeys, encodings } = this.#values ?? {};
    return encodings?.includes(encoding) === true && isSealedFor(sealedKeys, body);
  }

  /** Takes batches whose numbers, the next ones, are durable; false when the session is another one. */
  addNumbered({ session, first, batches }: NumberedBatches): boolean {
    if (session.session !== this.#session || first !== this.#next) return false;
    this.#number(batches);
    return true;
  }

  /** Adds a batch; where there is no room, some that wait are dropped, by priority. */
  add(batch: PackedBatch): void {
    if (!this.isTaken(batch)) return;
    const room = this.#options.maxQueueBytes - this.inFlight.bytes;
    for (const dropped of this.waiting.add(batch, room)) this.#options.onDropped?.(dropped);
  }

  /** Adds rows of the sensor's books: they are next, and dropped only where nobody wants them. */
  addBooks(batch: PackedBatch): void {
    if (this.takesBooks || !this.#isWelcome) this.books.push(batch);
  }

  /** A connection is there: its first messages. */
  connected(): ChannelMessage[] {
    this.disconnected();
    this.#expandSent();
    const { name } = this.#options;
    const hello = encodeHello({
      schema: this.#schema,
      session: this.#session,
      oldest: this.#oldest,
      next: this.#next,
      name,
    });
    return this.#schema === FIRST_SCHEMA ? [hello] : [hello, this.#clock.offer];
  }

  /** The connection is gone: what it had in flight is sent again on the next one. */
  disconnected(): void {
    this.#isWelcome = false;
    this.inFlight.rewind();
    this.credit.reset();
    this.#clock.ask(false);
  }

  /** Whether a message of the collector that begins may come: no longer than its type can be. */
  admits(type: number, length: number): boolean {
    return length <= (LONGEST_BODY_BYTES.get(type) ?? 0);
  }

  /** Takes a message of the collector. */
  receive({ type, body }: ChannelMessage): SenderStep {
    switch (type) {
      case MessageType.Welcome:
        return this.#receiveWelcome(body);
      case MessageType.Stored:
        return this.#receiveStored(body);
      case MessageType.Rejected: {
        const rejected = parseRejected(body);
        if (!rejected) return violation("a malformed rejection");
        const { reason, settled } = rejected;
        if (reason === Rejection.Fork) {
          if (settled > this.#lastSent) {
            return violation(`a fork behind batch ${settled}, which has not been sent`);
          }
          this.#settle(settled);
          this.#beginSession();
        }
        if (reason === Rejection.Schema && this.#schema !== FIRST_SCHEMA) return this.#fallBack();
        return { kind: "rejected", reason };
      }
      case MessageType.Bye:
        return { kind: "bye" };
      case MessageType.NextKey:
        return { kind: "next key", key: body };
      case MessageType.AskTime:
        this.#clock.ask(true);
        return GO_ON;
      default:
        return violation(`a message of type ${type}`);
    }
  }

  /** The next message to send; undefined while there is none, or no credit for it. */
  nextMessage(nowMs: number): ChannelMessage | undefined {
    if (!this.#isWelcome) return undefined;
    const answer = this.#clock.next();
    if (answer) return answer;
    const again = this.inFlight.next;
    const next = () => this.books.at(0) ?? (this.spoolsAll ? undefined : this.waiting.peek());
    const batch = again?.batch ?? (this.holdsBack ? undefined : next());
    if (!batch) return this.inFlight.length > 0 ? undefined : this.credit.release(nowMs);
    const cost = batchCost(this.#schema, batch);
    if (!this.credit.covers(cost)) {
      const others = this.holdsBack ? 0 : this.waiting.bytes + bytesOfAll(this.books);
      return this.credit.ask(cost, this.inFlight.unsentBytes + others);
    }
    if (!again) {
      const isFirst = this.inFlight.length === 0;
      if (!isFirst && keptBytes(batch) > this.inFlight.room) return undefined;
      if (!this.books.shift()) this.waiting.take();
      for (const each of this.#carried(batch)) this.#push(each, false);
      return this.nextMessage(nowMs);
    }
    this.inFlight.send();
    this.credit.spend(cost);
    return encodeBatch(this.#schema, again.sequence, batch);
  }

  /**
   * Goes on with a new session: what is in flight is numbered anew. The collector may have some of it
   * from the old one.
   */
  #beginSession(): void {
    this.disconnected();
    const sent = this.inFlight.clear();
    this.#session = this.#options.newSession();
    this.#schema = SCHEMA;
    this.#values = undefined;
    this.#next = 1n;
    const books = new Fifo<PackedBatch>(); // not all collectors want them
    for (const { batch, isAgain } of sent) {
      if (!isAgain && !isBooks(batch)) this.#options.onMaybeTwice?.(batch);
      if (isSpooled(batch)) {
        this.#returned.add(batch);
        this.#options.onReturned?.(batch);
      } else if (isBooks(batch)) books.push(batch);
      else this.#push(batch, true);
    }
    for (const batch of this.books) books.push(batch);
    this.books = books;
  }

  /** A session's schema is that of its first welcome: with another one it is a new session. */
  #fallBack(): SenderStep {
    if (this.#values) this.#beginSession();
    this.#schema = FIRST_SCHEMA;
    return { kind: "older" };
  }

  /** Whether the collector takes a batch that has not been sent; else that is told. */
  isTaken(batch: PackedBatch): boolean {
    const { wantedTypes, largestBatch = Infinity } = this.#values ?? {};
    const isWanted = isBooks(batch)
      ? this.takesBooks
      : !wantedTypes || batch.parts.some(({ type }) => wantedTypes.includes(type));
    const isSmall = batchBytes(this.#schema, batch) <= largestBatch;
    if (isWanted && isSmall) return true;
    this.#options.onRefused?.(batch, isWanted ? "too large" : "unwanted");
    return false;
  }

  #receiveWelcome(body: Uint8Array): SenderStep {
    const welcome = parseWelcome(body, this.#schema);
    if (!welcome || this.#isWelcome) return violation("a welcome out of place");
    const { settled, credit, name, values } = welcome;
    if (this.#values && values && !equalBytes(values.storeId, this.#values.storeId)) {
      this.#beginSession();
      return { kind: "moved" };
    }
    const oldest = this.#oldest;
    if (settled >= this.#next || settled < oldest - 1n) {
      return violation(`a welcome with ${settled} settled of ${oldest} to ${this.#next - 1n}`);
    }
    this.#settle(settled);
    if (this.inFlight.areSpooled && !values?.sealedKeys) {
      this.#beginSession();
      return { kind: "blocked" };
    }
    this.#isWelcome = true;
    this.#name = name;
    this.credit.grant(credit);
    // Encodings are those of the session's first welcome.
    this.#values = values && { ...values, encodings: (this.#values ?? values).encodings };
    this.waiting.keep((batch) => this.isTaken(batch));
    if (!this.takesBooks) this.books = new Fifo();
    return GO_ON;
  }

  /** The number of the last batch that was sent on this connection; of what was settled before, if none was. */
  get #lastSent(): bigint {
    return this.#oldest - 1n + BigInt(this.inFlight.sentHere);
  }

  #receiveStored(body: Uint8Array): SenderStep {
    const stored = parseStored(body);
    if (!stored || !this.#isWelcome) return violation("a stored message out of place");
    const { settled, credit } = stored;
    const first = this.#oldest;
    if (settled > this.#lastSent) {
      return violation(`batch ${settled} as stored, which has not been sent`);
    }
    if (settled < first - 1n) return violation("fewer batches as stored than before");
    if (credit < this.credit.granted) return violation("less credit than before");
    this.#settle(settled);
    this.credit.grant(credit);
    return GO_ON;
  }

  #settle(settled: bigint): void {
    for (const { batch } of this.inFlight.settle(settled)) {
      if (isBooks(batch) && !isSpooled(batch)) continue;
      this.#options.onSettled?.(batch, batchBytes(this.#schema, batch));
    }
  }

  /** The lowest number that is not settled. */
  get #oldest(): bigint {
    return this.inFlight.oldest ?? this.#next;
  }

  #number(batches: readonly SpooledBatch[]): void {
    for (const batch of batches) {
      this.#push(batch, this.#returned.has(batch));
    }
  }

  #push(batch: PackedBatch, isAgain: boolean): void {
    this.inFlight.push({ sequence: this.#next++, batch, isAgain });
  }

  /** The batches that the session can carry in place of one. */
  #carried(batch: PackedBatch): readonly PackedBatch[] {
    const isCarried = this.#schema !== FIRST_SCHEMA || batch.encoding === Encoding.Delimited;
    return isCarried ? [batch] : this.#options.expand?.(batch) ?? [batch];
  }

  /** What was in flight with a newer collector is numbered anew, as the first schema carries it. */
  #expandSent(): void {
    const isMade = ({ encoding }: PackedBatch) => encoding === Encoding.Delimited;
    if (this.#schema !== FIRST_SCHEMA || [...this.inFlight.batches()].every(isMade)) return;
    this.#next = 1n;
    for (const { batch, isAgain } of this.inFlight.clear()) {
      for (const each of this.#carried(batch)) this.#push(each, isAgain);
    }
  }
}
