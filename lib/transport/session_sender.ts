import { Fifo } from "../base/fifo.ts";
import { DropQueue } from "../gather/drop_queue.ts";
import type { PackedBatch } from "../pack/packed_batch.ts";
import type { ChannelMessage } from "../seal/channel_message.ts";
import {
  BASE_CREDIT_BYTES,
  batchCost,
  encodeBatch,
  encodeHello,
  encodeRelease,
  encodeWant,
  LONGEST_BODY_BYTES,
  MessageType,
  parseRejected,
  parseStored,
  parseWelcome,
  Rejection,
  SCHEMA,
} from "./session_message.ts";

/** How a {@linkcode SessionSender} sends. */
export interface SessionSenderOptions {
  /** Random, not 0; see {@linkcode SessionSender.beginSession}. */
  readonly session: bigint;
  /** The name that the sensor would like. */
  readonly name: string;
  /** Limit of all batches that are not settled, with what it takes to keep them. */
  readonly maxQueueBytes: number;
  /** 0 and up, of a record type; the lowest is dropped first. */
  readonly priorityOf: (type: number) => number;
  /** Told of each batch that was dropped, which has never been sent. */
  readonly onDropped?: (batch: PackedBatch) => void;
  /** Told of each batch that the collector has settled. */
  readonly onSettled?: (batch: PackedBatch) => void;
}

/** What a message of the collector means for its connection. */
export type SenderStep =
  | { readonly kind: "go on" }
  /** The collector ends the connection in order, and may be there again. */
  | { readonly kind: "bye" }
  | { readonly kind: "rejected"; readonly reason: number }
  /** It breaks the protocol: the connection is to be closed. */
  | { readonly kind: "violation"; readonly what: string };

/** In flight at most, as a part of the queue. */
const IN_FLIGHT_PART = 4;
/** How long a sensor has had nothing to send when it gives its credit back. */
const RELEASE_AFTER_MS = 1000;

const GO_ON: SenderStep = { kind: "go on" };

interface Sent {
  readonly sequence: bigint;
  readonly batch: PackedBatch;
}

/**
 * The sensor's end of a session, without the world: batches and the collector's messages go in,
 * messages come out, the time is a parameter. It lives as long as the session; connections come and
 * go, see {@linkcode SessionSender.connected}. The state is that of docs/protocol.md:
 *
 * - batches that wait have no number yet, and may be dropped;
 * - a batch gets the next number when it is first sent, is never dropped then, and is sent again on
 *   each connection until it is settled.
 */
export class SessionSender {
  readonly #options: SessionSenderOptions;
  /** For the first time. */
  readonly #waiting: DropQueue<PackedBatch>;
  /** Sent and not settled, by number. */
  readonly #inFlight = new Fifo<Sent>();
  #inFlightBytes = 0;
  #session: bigint;
  #name: string;
  #next = 1n;
  /** Of those in flight, how many have been sent on this connection. */
  #sentAgain = 0;
  #isWelcome = false;
  /** Of this connection, in bytes of batch messages. */
  #used = 0n;
  #credit = 0n;
  #hasAsked = false;
  #idleSinceMs: number | undefined;

  /** Begins a session. */
  constructor(options: SessionSenderOptions) {
    this.#options = options;
    this.#session = options.session;
    this.#name = options.name;
    this.#waiting = new DropQueue(options.priorityOf, batchCost);
  }

  /** The session's number. */
  get session(): bigint {
    return this.#session;
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
    return this.#waiting.bytes === 0 && this.#inFlight.length === 0;
  }

  /** Memory that batches take. */
  get queuedBytes(): number {
    return this.#waiting.bytes + this.#inFlightBytes;
  }

  /** Whether a batch can be added so that none is dropped. */
  hasRoomFor(batch: PackedBatch): boolean {
    return this.isDrained || this.queuedBytes + batchCost(batch) <= this.#options.maxQueueBytes;
  }

  /** All batches that are not settled: first those in flight. */
  *unsettled(): IterableIterator<PackedBatch> {
    for (const { batch } of this.#inFlight) yield batch;
    yield* this.#waiting.batches();
  }

  /** Adds a batch; where there is no room, some that wait are dropped, by priority. */
  add(batch: PackedBatch): void {
    const room = this.#options.maxQueueBytes - this.#inFlightBytes;
    for (const dropped of this.#waiting.add(batch, room)) this.#options.onDropped?.(dropped);
  }

  /** A connection is there: its first message. */
  connected(): ChannelMessage {
    this.disconnected();
    const { name } = this.#options;
    return encodeHello({
      schema: SCHEMA,
      session: this.#session,
      oldest: this.#inFlight.at(0)?.sequence ?? this.#next,
      next: this.#next,
      name,
    });
  }

  /** The connection is gone: what it had in flight is sent again on the next one. */
  disconnected(): void {
    this.#isWelcome = false;
    this.#sentAgain = 0;
    this.#used = 0n;
    this.#credit = 0n;
    this.#hasAsked = false;
  }

  /** Goes on with a new session, since the old one is another's too: what is in flight is numbered anew. */
  beginSession(session: bigint): void {
    this.disconnected();
    const batches = [...this.#inFlight].map(({ batch }) => batch);
    while (this.#inFlight.shift());
    this.#session = session;
    this.#next = 1n;
    for (const batch of batches) this.#inFlight.push({ sequence: this.#next++, batch });
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
        }
        return { kind: "rejected", reason };
      }
      case MessageType.Bye:
        return { kind: "bye" };
      default:
        return violation(`a message of type ${type}`);
    }
  }

  /** The next message to send; undefined while there is none, or no credit for it. */
  nextMessage(nowMs: number): ChannelMessage | undefined {
    if (!this.#isWelcome) return undefined;
    const again = this.#inFlight.at(this.#sentAgain);
    const batch = again?.batch ?? this.#waiting.peek();
    if (!batch) return this.#releaseCredit(nowMs);
    this.#idleSinceMs = undefined;
    const cost = batchCost(batch);
    if (this.#used + BigInt(cost) > this.#credit) return this.#askForCredit(cost);
    if (!again) {
      const limit = this.#options.maxQueueBytes / IN_FLIGHT_PART;
      const bytes = batchCost(batch);
      if (this.#inFlight.length > 0 && this.#inFlightBytes + bytes > limit) return undefined;
      this.#waiting.take();
      this.#inFlight.push({ sequence: this.#next++, batch });
      this.#inFlightBytes += bytes;
    }
    const { sequence } = this.#inFlight.at(this.#sentAgain)!;
    this.#sentAgain++;
    this.#used += BigInt(cost);
    return encodeBatch(sequence, batch);
  }

  #receiveWelcome(body: Uint8Array): SenderStep {
    const welcome = parseWelcome(body);
    if (!welcome || this.#isWelcome) return violation("a welcome out of place");
    const { settled, credit, name } = welcome;
    const oldest = this.#inFlight.at(0)?.sequence ?? this.#next;
    if (settled >= this.#next || settled < oldest - 1n) {
      return violation(`a welcome with ${settled} settled of ${oldest} to ${this.#next - 1n}`);
    }
    this.#settle(settled);
    this.#isWelcome = true;
    this.#name = name;
    this.#credit = credit;
    return GO_ON;
  }

  /** The number of the last batch that was sent on this connection; of what was settled before, if none was. */
  get #lastSent(): bigint {
    return (this.#inFlight.at(0)?.sequence ?? this.#next) - 1n + BigInt(this.#sentAgain);
  }

  #receiveStored(body: Uint8Array): SenderStep {
    const stored = parseStored(body);
    if (!stored || !this.#isWelcome) return violation("a stored message out of place");
    const { settled, credit } = stored;
    const first = this.#inFlight.at(0)?.sequence ?? this.#next;
    if (settled > this.#lastSent) {
      return violation(`batch ${settled} as stored, which has not been sent`);
    }
    if (settled < first - 1n) return violation("fewer batches as stored than before");
    if (credit < this.#credit) return violation("less credit than before");
    this.#settle(settled);
    if (credit > this.#credit) this.#hasAsked = false;
    this.#credit = credit;
    return GO_ON;
  }

  #settle(settled: bigint): void {
    for (let sent = this.#inFlight.at(0); sent && sent.sequence <= settled;) {
      this.#inFlight.shift();
      this.#sentAgain = Math.max(0, this.#sentAgain - 1);
      this.#inFlightBytes -= batchCost(sent.batch);
      this.#options.onSettled?.(sent.batch);
      sent = this.#inFlight.at(0);
    }
  }

  #askForCredit(next: number): ChannelMessage | undefined {
    if (this.#hasAsked) return undefined;
    this.#hasAsked = true;
    let all = this.#waiting.bytes;
    for (let index = this.#sentAgain; index < this.#inFlight.length; index++) {
      all += batchCost(this.#inFlight.at(index)!.batch);
    }
    return encodeWant({ next, all });
  }

  /** Others can use what an idle sensor holds. */
  #releaseCredit(nowMs: number): ChannelMessage | undefined {
    if (this.#inFlight.length > 0) return undefined;
    this.#idleSinceMs ??= nowMs;
    const excess = Number(this.#credit - this.#used) - BASE_CREDIT_BYTES;
    if (excess <= 0 || nowMs - this.#idleSinceMs < RELEASE_AFTER_MS) return undefined;
    this.#used += BigInt(excess);
    return encodeRelease(excess);
  }
}

function violation(what: string): SenderStep {
  return { kind: "violation", what };
}
