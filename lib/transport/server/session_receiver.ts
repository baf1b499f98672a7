import { Fifo } from "../../base/wait/fifo.ts";
import type { ChannelMessage } from "../../seal/channel_message.ts";
import type { CreditPool } from "./credit_pool.ts";
import type { RateLimit } from "./rate_limit.ts";
import { SessionCredit } from "./session_credit.ts";
import { type Enrol, parseEnrol, parseRotate } from "../session/access_message.ts";
import { batchCost, type NumberedBatch, parseBatch } from "../session/session_batch.ts";
import {
  encodeStored,
  encodeWelcome,
  type Hello,
  LONGEST_BODY_BYTES,
  MessageType,
  parseHello,
  parseOffer,
  parseRelease,
  parseTime,
  parseWant,
  PART_OVERHEAD_BYTES,
  SCHEMA,
} from "../session/session_message.ts";
import type { CollectorValues } from "../session/session_values.ts";

/** Where a session's batches go. */
export interface BatchSink {
  /** All batches up to this sequence number are settled. */
  readonly settled: bigint;
  /**
   * Takes the batch that comes next; that it is settled is told to {@linkcode SessionReceiver.settled}.
   * One that is there already is taken too and not stored twice. `"fork"`: another batch has its
   * number, and this one is not taken.
   */
  accept(batch: NumberedBatch): Acceptance;
}

/** What becomes of a batch that comes next. */
export type Acceptance = "accepted" | "fork";

/** A batch that has been parsed, and what accepts it where that is not for {@linkcode BatchSink.accept}. */
export interface PreparedBatch {
  readonly batch: NumberedBatch;
  readonly accept?: (() => Acceptance) | undefined;
}

/** What may come in place of a hello. */
export type Question =
  /** It is nobody yet, and wants to be somebody. */
  | { readonly kind: "enrol"; readonly enrol: Enrol }
  /** It wants another key. */
  | { readonly kind: "rotate"; readonly next: Uint8Array };

/** What a message of the sensor means for its connection. */
export type ReceiverStep =
  | { readonly kind: "go on" }
  /** The sensor has said who it is, and what it can: it is to be welcomed or rejected. */
  | { readonly kind: "hello"; readonly hello: Hello }
  /** It is to be answered, and nothing else comes. */
  | Question
  /** The sensor's time, ns since 1970. */
  | { readonly kind: "time"; readonly time: bigint }
  /** The session is over; all of it is settled. */
  | { readonly kind: "bye" }
  /** Two senders use this session: nothing more is taken. */
  | { readonly kind: "fork" }
  /** It breaks the protocol: the connection is to be closed. */
  | { readonly kind: "violation"; readonly what: string };

const GO_ON: ReceiverStep = { kind: "go on" };

interface Unsettled {
  readonly sequence: bigint;
  readonly cost: number;
  readonly recordBytes: number;
}

/**
 * The collector's end of one connection of a session, without the world: the sensor's messages and
 * what the store has settled go in, messages come out, the time is a parameter.
 */
export class SessionReceiver {
  #state: "new" | "offer" | "hello" | "open" | "closed" = "new";
  #hello: Hello | undefined;
  #takesNextKey = false;
  #tellsTime = false;
  #sink: BatchSink | undefined;
  #next = 0n;
  #settled = 0n;
  #settledInStore = 0n;
  /** Taken and not settled. */
  readonly #unsettled = new Fifo<Unsettled>();
  /** What of {@linkcode settledHere} the sensor has been told. */
  #toldSettled = 0n;
  readonly #credit: SessionCredit;
  /** How many messages have begun that say who the sensor is. */
  #greetings = 0;
  /** What the batches take that have begun and were not received yet. */
  #begunBytes = 0;
  #refused: string | undefined;

  constructor(pool: CreditPool, nowMs: number) {
    this.#credit = new SessionCredit(pool, nowMs);
  }

  /**
   * All batches up to this one are settled, and this connection has brought them or heard of them in
   * its welcome: never those that only another sender of the session can have brought.
   */
  get settledHere(): bigint {
    return this.#settled;
  }

  /** Whether the sensor has said that it can be told of the collector's next key. */
  get takesNextKey(): boolean {
    return this.#takesNextKey;
  }

  /** Whether the sensor answers when it is asked for its time. */
  get tellsTime(): boolean {
    return this.#tellsTime;
  }

  /**
   * Whether a message that begins may come: one of its type in this state, no longer than that can be,
   * a batch only within the credit. To be asked once for each, in order, before there is memory for it.
   */
  admits(type: number, length: number): boolean {
    this.#refused ??= this.#whyNot(type, length);
    return this.#refused === undefined;
  }

  /** What breaks the protocol about the message that was not admitted. */
  get refused(): string | undefined {
    return this.#refused;
  }

  /** What a message holds that is a batch of this session; undefined when that is malformed. */
  parse(body: Uint8Array): NumberedBatch | undefined {
    return parseBatch(this.#hello!.schema, body);
  }

  /** Takes a message of the sensor. @param prepared What it holds, if it is a batch that was parsed already. */
  receive({ type, body }: ChannelMessage, nowMs: number, prepared?: PreparedBatch): ReceiverStep {
    if (this.#state === "new" && isQuestion(type)) return this.#receiveQuestion(type, body);
    if (this.#state === "new") return this.#receiveHello(type, body);
    if (this.#state === "offer") return this.#receiveOffer(type, body);
    if (this.#state !== "open") return violation(`a message of type ${type} before the welcome`);
    switch (type) {
      case MessageType.Batch:
        return this.#receiveBatch(body, nowMs, prepared);
      case MessageType.Want:
        return this.#receiveWant(body);
      case MessageType.Release:
        return this.#receiveRelease(body);
      case MessageType.Time: {
        const time = parseTime(body);
        return time === undefined ? violation("a malformed time") : { kind: "time", time };
      }
      case MessageType.Bye:
        return this.#unsettled.length === 0
          ? { kind: "bye" }
          : violation("a bye before all of it was stored");
      default:
        return violation(`a message of type ${type}`);
    }
  }

  /**
   * Accepts the sensor as `name`; returns the message that says so.
   *
   * @param values What is said to a sensor of schema 2.
   * @param limit Of its name.
   */
  welcome(
    sink: BatchSink,
    name: string,
    values: CollectorValues,
    limit?: RateLimit,
  ): ChannelMessage {
    this.#state = "open";
    this.#sink = sink;
    this.#settled = this.#settledInStore = this.#toldSettled = sink.settled;
    this.#next = sink.settled + 1n;
    this.#credit.open(limit);
    return encodeWelcome({
      settled: this.#settled,
      credit: this.#credit.tell(),
      name,
      ...(this.#hello?.schema === SCHEMA && { values }),
    });
  }

  /**
   * The store has settled all batches up to `sequence`: what they took can be granted again. It may
   * know more than this connection has brought, from before a restart; the sensor hears of those when
   * it has sent them again, so that both count from the same number.
   */
  settled(sequence: bigint): void {
    this.#settledInStore = sequence;
    let bytes = 0;
    let recordBytes = 0;
    let first = this.#unsettled.at(0);
    for (; first && first.sequence <= sequence; first = this.#unsettled.at(0)) {
      bytes += first.cost;
      recordBytes += first.recordBytes;
      this.#settled = first.sequence;
      this.#unsettled.shift();
    }
    this.#credit.settle(bytes, recordBytes);
  }

  /** The newest of what the sensor should know, once. */
  news(): ChannelMessage | undefined {
    const hasNews = this.#settled !== this.#toldSettled || this.#credit.hasGrown;
    if (!hasNews || this.#state !== "open") return undefined;
    this.#toldSettled = this.#settled;
    return encodeStored({ settled: this.#settled, credit: this.#credit.tell() });
  }

  /** Notes how many bytes have come on this connection, also of what is not whole yet. */
  heard(bytes: number, nowMs: number): void {
    this.#credit.heard(bytes, nowMs);
  }

  /** Grants what a limit has kept back, where it is time for that. To be called every second. */
  pace(nowMs: number): void {
    this.#credit.pace(nowMs);
  }

  /** What the sensor sends is not read just now: it cannot be blamed for that. */
  excuse(nowMs: number): void {
    this.#credit.excuse(nowMs);
  }

  /** Whether the sensor holds credit that others could use, and sends nothing. To be asked every second. */
  isHoarding(nowMs: number): boolean {
    return this.#credit.isHoarding(nowMs);
  }

  /** The connection is over: unused credit goes back, the rest when it is settled. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#credit.close();
  }

  #whyNot(type: number, length: number): string | undefined {
    const longest = LONGEST_BODY_BYTES.get(type) ?? 0;
    if (this.#state === "new" || this.#state === "offer") {
      // Both may come at once, before the first has been received.
      if (isQuestion(type) && this.#greetings === 0) {
        this.#greetings = Infinity; // nothing comes behind it
        return length <= longest ? undefined : `a message of type ${type} with ${length} bytes`;
      }
      const expected = [MessageType.Hello, MessageType.Offer][this.#greetings++];
      if (type === expected && length <= longest) return undefined;
      return expected === MessageType.Hello ? "no hello" : "no offer";
    }
    if (this.#state !== "open") return `a message of type ${type} before the welcome`;
    if (type !== MessageType.Batch) {
      return length <= longest ? undefined : `a message of type ${type} with ${length} bytes`;
    }
    this.#begunBytes += PART_OVERHEAD_BYTES + length; // at least
    return this.#begunBytes > this.#credit.unused ? "more bytes than were granted" : undefined;
  }

  #receiveQuestion(type: number, body: Uint8Array): ReceiverStep {
    this.#state = "closed";
    if (type === MessageType.Enrol) {
      const enrol = parseEnrol(body);
      return enrol ? { kind: "enrol", enrol } : violation("a malformed wish to enrol");
    }
    const next = parseRotate(body);
    return next ? { kind: "rotate", next } : violation("a malformed wish for another key");
  }

  #receiveHello(type: number, body: Uint8Array): ReceiverStep {
    const hello = type === MessageType.Hello ? parseHello(body) : undefined;
    if (!hello) return violation("no hello");
    this.#hello = hello;
    this.#state = hello.schema === SCHEMA ? "offer" : "hello";
    return this.#state === "offer" ? GO_ON : { kind: "hello", hello };
  }

  #receiveOffer(type: number, body: Uint8Array): ReceiverStep {
    const offer = type === MessageType.Offer ? parseOffer(body) : undefined;
    if (!offer) return violation("no offer");
    this.#takesNextKey = offer.takesNextKey === true;
    this.#tellsTime = offer.tellsTime === true;
    this.#state = "hello";
    return { kind: "hello", hello: this.#hello! };
  }

  #receiveBatch(
    body: Uint8Array,
    nowMs: number,
    prepared: PreparedBatch | undefined,
  ): ReceiverStep {
    this.#begunBytes -= PART_OVERHEAD_BYTES + body.length;
    const batch = prepared?.batch ?? this.parse(body);
    if (!batch) return violation("a malformed batch");
    const cost = batchCost(this.#hello!.schema, batch);
    if (cost > this.#credit.unused) return violation("more bytes than were granted");
    if (batch.sequence !== this.#next) {
      return violation(`batch ${batch.sequence} instead of ${this.#next}`);
    }
    const acceptance = prepared?.accept?.() ?? this.#sink!.accept(batch);
    if (acceptance === "fork") return { kind: "fork" };
    this.#next++;
    this.#credit.spend(cost, batch.recordBytes, nowMs);
    this.#unsettled.push({ sequence: batch.sequence, cost, recordBytes: batch.recordBytes });
    if (batch.sequence <= this.#settledInStore) this.settled(this.#settledInStore);
    return GO_ON;
  }

  #receiveWant(body: Uint8Array): ReceiverStep {
    const want = parseWant(body);
    if (!want) return violation("a malformed wish");
    return this.#credit.wish(want) ? GO_ON : violation("a second wish for the same credit");
  }

  #receiveRelease(body: Uint8Array): ReceiverStep {
    const bytes = parseRelease(body);
    if (bytes === undefined || !this.#credit.release(bytes)) {
      return violation("more credit given back than there was");
    }
    return GO_ON;
  }
}

/** Whether a message is one that comes in place of a hello. */
function isQuestion(type: number): boolean {
  return type === MessageType.Enrol || type === MessageType.Rotate;
}

function violation(what: string): ReceiverStep {
  return { kind: "violation", what };
}
