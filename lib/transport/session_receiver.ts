import type { ChannelMessage } from "../seal/channel_message.ts";
import { Fifo } from "../base/fifo.ts";
import type { CreditHolder, CreditPool } from "./credit_pool.ts";
import {
  batchCost,
  encodeStored,
  encodeWelcome,
  type Hello,
  MessageType,
  type NumberedBatch,
  parseBatch,
  parseHello,
  parseRelease,
  parseWant,
  type Want,
} from "./session_message.ts";
import { BASE_CREDIT_BYTES } from "./session_sender.ts";

/** Where a session's batches go. */
export interface BatchSink {
  /** All batches up to this sequence number are settled. */
  readonly settled: bigint;
  /**
   * Takes the batch that comes next; that it is settled is told to {@linkcode SessionReceiver.settled}.
   * One that is there already is taken too and not stored twice. `"fork"`: another batch has its
   * number, and this one is not taken.
   */
  accept(batch: NumberedBatch): "accepted" | "fork";
}

/** What a message of the sensor means for its connection. */
export type ReceiverStep =
  | { readonly kind: "go on" }
  /** The sensor says who it is: it is to be welcomed or rejected. */
  | { readonly kind: "hello"; readonly hello: Hello }
  /** The session is over; all of it is settled. */
  | { readonly kind: "bye" }
  /** Two senders use this session: nothing more is taken. */
  | { readonly kind: "fork" }
  /** It breaks the protocol: the connection is to be closed. */
  | { readonly kind: "violation"; readonly what: string };

/** What one session may hold when it wants as much as it can get. */
const MAX_WINDOW_BYTES = 4 << 20;
/** How long a sensor may hold more credit than the base and send nothing; also when others wait for it. */
const HOARD_MS = 30_000;
const HOARD_MS_WHEN_SHORT = 5_000;
/** Fewer bytes in that time are as good as nothing. */
const LEAST_BYTES = 4096;

const GO_ON: ReceiverStep = { kind: "go on" };

interface Unsettled {
  readonly sequence: bigint;
  readonly cost: number;
}

/**
 * The collector's end of one connection of a session, without the world: the sensor's messages and
 * what the store has settled go in, messages come out, the time is a parameter.
 *
 * Credit is the promise to take so many bytes: from the pool when it is granted until what was sent
 * for it is settled.
 */
export class SessionReceiver implements CreditHolder {
  readonly #pool: CreditPool;
  #state: "new" | "hello" | "open" | "closed" = "new";
  #sink: BatchSink | undefined;
  #next = 0n;
  #settled = 0n;
  #settledInStore = 0n;
  /** Taken and not settled. */
  readonly #unsettled = new Fifo<Unsettled>();
  #unsettledBytes = 0;
  #granted = 0;
  /** Bytes of batches taken, and what was given back. */
  #used = 0;
  #window = BASE_CREDIT_BYTES;
  #due = BASE_CREDIT_BYTES;
  /** Whether the sensor has to be told what is settled and granted. */
  #hasNews = false;
  #want: Want | undefined;
  /** How often the sensor has been told of more credit, and has wished for more since. */
  #growths = 0;
  #wishes = 0;
  #toldCredit = 0;
  #isProven = false;
  /** Whether it counts among those that have more than the base. */
  #isBusy = false;
  #movedAtMs: number;
  #movedBytes = 0;

  constructor(pool: CreditPool, nowMs: number) {
    this.#pool = pool;
    this.#movedAtMs = nowMs;
  }

  /**
   * All batches up to this one are settled, and this connection has brought them or heard of them in
   * its welcome: never those that only another sender of the session can have brought.
   */
  get settledHere(): bigint {
    return this.#settled;
  }

  get held(): number {
    return this.#granted - this.#used + this.#unsettledBytes;
  }

  get due(): number {
    return this.#due;
  }

  /** Whether a batch of this connection has been settled. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Takes a message of the sensor. */
  receive({ type, body }: ChannelMessage, nowMs: number): ReceiverStep {
    if (this.#state === "new") return this.#receiveHello(type, body);
    if (this.#state !== "open") return violation(`a message of type ${type} before the welcome`);
    switch (type) {
      case MessageType.Batch:
        return this.#receiveBatch(body, nowMs);
      case MessageType.Want:
        return this.#receiveWant(body);
      case MessageType.Release:
        return this.#receiveRelease(body);
      case MessageType.Bye:
        return this.#unsettled.length === 0 ? { kind: "bye" } : violation("an end before its time");
      default:
        return violation(`a message of type ${type}`);
    }
  }

  /** Accepts the sensor as `name`; returns the message that says so. */
  welcome(sink: BatchSink, name: string): ChannelMessage {
    this.#state = "open";
    this.#sink = sink;
    this.#settled = this.#settledInStore = sink.settled;
    this.#next = sink.settled + 1n;
    this.#granted = this.#pool.take(BASE_CREDIT_BYTES, this);
    this.#noteTold();
    return encodeWelcome({ settled: this.#settled, credit: BigInt(this.#granted), name });
  }

  /**
   * The store has settled all batches up to `sequence`: what they took can be granted again. It may
   * know more than this connection has brought, from before a restart; the sensor hears of those when
   * it has sent them again, so that both count from the same number.
   */
  settled(sequence: bigint): void {
    this.#settledInStore = sequence;
    let bytes = 0;
    for (let first = this.#unsettled.at(0); first && first.sequence <= sequence;) {
      bytes += first.cost;
      this.#settled = first.sequence;
      this.#hasNews = true;
      this.#unsettled.shift();
      first = this.#unsettled.at(0);
    }
    this.#unsettledBytes -= bytes;
    this.#pool.give(bytes, this);
    if (bytes > 0 && !this.#isProven) {
      this.#isProven = true;
      this.#grantWish();
    }
    this.renew();
  }

  /** The newest of what the sensor should know, once. */
  news(): ChannelMessage | undefined {
    if (!this.#hasNews || this.#state !== "open") return undefined;
    this.#hasNews = false;
    this.#noteTold();
    return encodeStored({ settled: this.#settled, credit: BigInt(this.#granted) });
  }

  renew(): void {
    if (this.#state !== "open") return;
    const wanted = this.#window - this.held;
    if (wanted <= 0) return;
    const granted = this.#pool.take(wanted, this);
    if (granted === 0) return;
    this.#granted += granted;
    this.#hasNews = true;
  }

  /** Notes how many bytes have come on this connection, also of what is not whole yet. */
  heard(bytes: number, nowMs: number): void {
    if (bytes - this.#movedBytes < LEAST_BYTES) return;
    this.#movedBytes = bytes;
    this.#movedAtMs = nowMs;
  }

  /** Whether the sensor holds credit that others could use, and sends nothing. To be asked every second. */
  isHoarding(nowMs: number): boolean {
    const hasExcess = this.#granted - this.#used > BASE_CREDIT_BYTES;
    if (this.#state !== "open" || this.#unsettled.length > 0 || !hasExcess) {
      this.#movedAtMs = nowMs;
      return false;
    }
    const maxMs = this.#pool.isShortBeside(this) ? HOARD_MS_WHEN_SHORT : HOARD_MS;
    return nowMs - this.#movedAtMs > maxMs;
  }

  /** The connection is over: unused credit goes back, the rest when it is settled. */
  close(): void {
    if (this.#state === "closed") return;
    this.#want = undefined;
    this.#setWindow(BASE_CREDIT_BYTES);
    this.#state = "closed";
    this.#pool.forget(this);
    const unused = this.#granted - this.#used;
    this.#used = this.#granted;
    this.#pool.give(unused, this);
  }

  #receiveHello(type: number, body: Uint8Array): ReceiverStep {
    const hello = type === MessageType.Hello ? parseHello(body) : undefined;
    if (!hello) return violation("no hello");
    this.#state = "hello";
    return { kind: "hello", hello };
  }

  #receiveBatch(body: Uint8Array, nowMs: number): ReceiverStep {
    const batch = parseBatch(body);
    if (!batch) return violation("a batch that is none");
    const cost = batchCost(batch);
    if (cost > this.#granted - this.#used) return violation("more bytes than were granted");
    if (batch.sequence !== this.#next) {
      return violation(`batch ${batch.sequence} instead of ${this.#next}`);
    }
    if (this.#sink!.accept(batch) === "fork") return { kind: "fork" };
    this.#movedAtMs = nowMs;
    this.#next++;
    this.#used += cost;
    this.#unsettledBytes += cost;
    this.#unsettled.push({ sequence: batch.sequence, cost });
    if (batch.sequence <= this.#settledInStore) this.settled(this.#settledInStore);
    return GO_ON;
  }

  #receiveWant(body: Uint8Array): ReceiverStep {
    const want = parseWant(body);
    if (!want) return violation("a wish that is none");
    if (++this.#wishes > this.#growths) return violation("a second wish for the same credit");
    this.#want = want;
    this.#grantWish();
    return GO_ON;
  }

  /**
   * Who has not had a batch settled yet gets what its next one takes, if others leave that, and no more:
   * to ask for much costs nothing.
   */
  #grantWish(): void {
    if (!this.#want) return;
    const { next, all } = this.#want;
    const least = Math.max(BASE_CREDIT_BYTES, next);
    if (this.#isProven) {
      const busy = this.#pool.busy + Number(!this.#isBusy);
      this.#setWindow(Math.max(least, Math.min(all, MAX_WINDOW_BYTES, this.#pool.shareOf(busy))));
      this.#due = least;
    } else this.#setWindow(least);
    this.renew();
  }

  #receiveRelease(body: Uint8Array): ReceiverStep {
    const bytes = parseRelease(body);
    if (bytes === undefined || bytes > this.#granted - this.#used) {
      return violation("more credit given back than there was");
    }
    this.#used += bytes;
    this.#want = undefined;
    this.#setWindow(BASE_CREDIT_BYTES);
    this.#pool.give(bytes, this);
    return GO_ON;
  }

  #noteTold(): void {
    if (this.#growths > 0 && this.#granted === this.#toldCredit) return;
    this.#toldCredit = this.#granted;
    this.#growths++;
  }

  #setWindow(bytes: number): void {
    const isBusy = this.#isProven && bytes > BASE_CREDIT_BYTES;
    this.#pool.busy += Number(isBusy) - Number(this.#isBusy);
    this.#isBusy = isBusy;
    this.#window = bytes;
    this.#due = BASE_CREDIT_BYTES;
  }
}

function violation(what: string): ReceiverStep {
  return { kind: "violation", what };
}
