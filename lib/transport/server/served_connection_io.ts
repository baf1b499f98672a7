import { equalBytes } from "../../base/bytes/bytes.ts";
import { messageOf, StoreError } from "../../base/errors.ts";
import type { Log } from "../../base/program/log_io.ts";
import { printable } from "../../base/text/printable.ts";
import type { ChannelMessage } from "../../seal/channel_message.ts";
import { formatAddress } from "../address.ts";
import { InOrder } from "../../base/wait/in_order.ts";
import { answerQuestion } from "./answer_question_io.ts";
import { collectorValues } from "./collector_values_io.ts";
import { ClockQuestions } from "./clock_questions.ts";
import { type ConnectedSensor, type Ending, sayEnding } from "./connection_ending_io.ts";
import type { CreditPool } from "./credit_pool.ts";
import { MessageClock } from "./message_clock.ts";
import {
  closeConnection,
  firstStreamOf,
  QuicStream,
  watchForDatagram,
} from "../quic/quic_stream_io.ts";
import { prepareBatch } from "./prepare_batch.ts";
import type { RateLimits } from "./rate_limit.ts";
import { rejectionHint, rejectionWords } from "../session/rejection_words.ts";
import type { ServerKeys } from "./server_keys.ts";
import { SecureStream } from "../quic/secure_stream_io.ts";
import type { SessionCounts } from "./session_counts.ts";
import { equalAdmissions, type HostedSession, type SessionHost } from "./session_host.ts";
import {
  BYE,
  encodeRejected,
  FIRST_SCHEMA,
  type Hello,
  MessageType,
  Rejection,
  SCHEMA,
} from "../session/session_message.ts";
import { SensorNews } from "./sensor_news_io.ts";
import { type PreparedBatch, type Question, SessionReceiver } from "./session_receiver.ts";
import type { SessionTable } from "./session_table.ts";
import type { SensorVisit } from "./session_watch.ts";
import type { Turns } from "./turns_io.ts";
import { within } from "../within_io.ts";

/** What a connection is served with. */
export interface ServedConnectionOptions {
  readonly keys: ServerKeys;
  readonly host: SessionHost;
  readonly pool: CreditPool;
  readonly table: SessionTable<ServedConnection>;
  readonly turns: Turns;
  readonly limits: RateLimits;
  readonly counts: SessionCounts;
  readonly log: Log;
  /** Told when the other end has proved who it is and may send. */
  readonly onConfirmed: () => void;
}

/** From the connection's beginning to a hello that opens. */
const HANDSHAKE_MS = 5_000;
/** How many batches may be looked at by another thread before the first of them is taken. */
const MAX_BATCHES_AHEAD = 4;
/** How long an end waits for what was taken to be stored, which may never be while the disk is full. */
const STORE_MS = 2_000;
/** How long the other end may take to hear that it is over, and to close. */
const END_MS = 2_000;

/**
 * One connection at the collector: {@linkcode SessionReceiver} and its channel, driven by QUIC. What it
 * has taken is stored whatever becomes of it.
 */
export class ServedConnection {
  readonly #options: ServedConnectionOptions;
  readonly #quic: Deno.QuicConn;
  readonly #from: string;
  readonly #receiver: SessionReceiver;
  readonly #ended = Promise.withResolvers<Ending>();
  #isEnded = false;
  #stream: QuicStream | undefined;
  #secure: SecureStream | undefined;
  #news: SensorNews | undefined;
  /** Of the other end, from its hello on. */
  #key: Uint8Array | undefined;
  #sensor: ConnectedSensor | undefined;
  #session: HostedSession | undefined;
  #visit: SensorVisit | undefined;
  readonly #questions = new ClockQuestions();
  #handshake: ReturnType<typeof setTimeout> | undefined;
  /** Aborts when it ends: whoever waits for it need not any more. */
  readonly #gone = new AbortController();
  readonly #clock = new MessageClock();
  readonly #batches = new InOrder(MAX_BATCHES_AHEAD, (error) => this.#fail(error));
  /** Whether what comes is read at once: not while a message is being taken. */
  #isReading = false;
  #messages = 0;

  constructor(quic: Deno.QuicConn, options: ServedConnectionOptions) {
    // First, since a connection that nobody waits for ends the program when it breaks off.
    quic.closed.then(() => this.abandon("it was closed"), () => this.abandon("it broke off"));
    watchForDatagram(quic, () => this.#intrude("a datagram"));
    this.#quic = quic;
    this.#options = options;
    this.#from = formatAddress(quic.remoteAddr);
    this.#receiver = new SessionReceiver(options.pool, performance.now());
  }

  /** Serves it to its end. */
  async run(): Promise<void> {
    this.#handshake = setTimeout(
      () => this.abandon("it did not identify itself in time"),
      HANDSHAKE_MS,
    );
    const reading = this.#read().catch((error) => this.#fail(error));
    const ending = await this.#ended.promise;
    clearTimeout(this.#handshake);
    await this.#finish(ending);
    await reading;
  }

  /** Ends it without a word. */
  abandon(why: string): void {
    this.#end({ why });
  }

  /** Ends it in order: the collector stops. */
  stop(): void {
    this.#end({ message: BYE, why: "the collector ends" });
  }

  /** Ends it when its sensor may not send any more, or may send something else than it has been told. */
  review(): void {
    if (!this.#key || !this.#sensor) return;
    const admitted = this.#options.host.admit(this.#key, this.#sensor.hello.name);
    if ("rejection" in admitted || admitted.name !== this.#sensor.name) {
      this.#reject(Rejection.Revoked);
    } else if (!equalAdmissions(admitted, this.#sensor)) {
      this.#end({ message: BYE, why: "its limits have changed" });
    }
  }

  /** Tells the sensor of a newer key than the one that it knows; ends the connection when that is over. */
  reviewKey(): void {
    const { accepted } = this.#options.keys;
    const own = this.#secure?.ownKey;
    if (!own || !this.#session) return;
    const at = accepted.findIndex(({ publicKey }) => equalBytes(publicKey, own));
    if (at < 0) {
      return this.#end({ message: BYE, why: "the collector's key that it knows is over" });
    }
    if (at === 0 || !this.#receiver.takesNextKey) return;
    this.#news!.tellNextKey(accepted[0]!.publicKey);
  }

  /** To be called every second. */
  tick(nowMs: number): void {
    const bytes = this.#stream?.bytesRead ?? 0;
    const isAmidMessage = this.#isReading && this.#secure?.isAmidMessage === true;
    if (this.#isReading && this.#batches.isEmpty) this.#receiver.heard(bytes, nowMs);
    else this.#receiver.excuse(nowMs);
    this.#receiver.pace(nowMs);
    if (this.#clock.isLate(isAmidMessage, bytes, this.#messages, nowMs)) {
      this.#intrude("the beginning of a message and nothing behind it");
    } else if (this.#news?.isStuck(nowMs)) {
      this.abandon("it does not read");
    } else if (this.#receiver.isHoarding(nowMs)) {
      this.#violation("nothing, and keeps credit that others could use");
    } else this.#news?.tell();
    if (this.#visit && this.#receiver.tellsTime && this.#questions.isDue(nowMs)) {
      this.#questions.ask(nowMs);
      this.#news!.askTime();
    }
  }

  /**
   * Resolves when all that it has taken is settled. Its own word of that may come later, or never when
   * another connection uses the session by then: the credit would be lost.
   */
  async #drained(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    try {
      await session.drained();
    } catch {
      return; // the store's failure ends the collector
    }
    this.#receiver.settled(session.settled);
  }

  async #read(): Promise<void> {
    const stream = await firstStreamOf(this.#quic);
    if (!stream) return this.abandon("it opened no stream");
    this.#stream = new QuicStream(this.#quic, stream);
    this.#secure = SecureStream.accept(
      this.#stream,
      this.#options.keys.accepted,
      (type, length) => this.#receiver.admits(type, length),
    );
    this.#news = new SensorNews(
      this.#secure,
      this.#receiver,
      (error) => this.abandon(messageOf(error)),
    );
    while (!this.#isEnded) {
      this.#isReading = true;
      const messages = await this.#secure.receive();
      this.#isReading = false;
      if (!messages) return this.abandon("it ended without a bye");
      this.#messages += messages.length;
      for (const message of messages) {
        if (this.#isEnded) return;
        if (message.type === MessageType.Batch && this.#session) {
          await this.#takeBatch(message, this.#session, this.#sensor!.name);
        } else {
          await this.#batches.drained();
          await this.#take(message);
        }
      }
      if (this.#receiver.refused !== undefined) {
        await this.#batches.drained();
        return this.#violation(this.#receiver.refused);
      }
      this.#news.tell();
    }
  }

  async #takeBatch(message: ChannelMessage, session: HostedSession, name: string): Promise<void> {
    const { keys: { opener }, turns } = this.#options;
    const prepare = () => prepareBatch(message.body, this.#receiver, session, opener);
    if (session.prepare) {
      return await this.#batches.begin(prepare, async (prepared) => {
        await this.#take(message, prepared);
        this.#news!.tell();
      });
    }
    const prepared = await prepare();
    // What one sensor has packed small must not keep the others from the thread.
    await turns.run(name, () => this.#take(message, prepared));
  }

  async #take(message: ChannelMessage, prepared?: PreparedBatch): Promise<void> {
    // It may have ended while that waited for its turn.
    if (this.#isEnded) return;
    const step = this.#receiver.receive(message, performance.now(), prepared);
    switch (step.kind) {
      case "hello":
        return await this.#welcome(step.hello);
      case "enrol":
      case "rotate":
        return await this.#answer(step);
      case "bye":
        return this.#end({});
      case "violation":
        return this.#violation(step.what);
      case "fork":
        return await this.#fork(this.#sensor!);
      case "time":
        return this.#takeTime(step.time);
    }
  }

  #takeTime(time: bigint): void {
    const sample = this.#questions.answer(time, Date.now(), performance.now());
    if (sample) this.#visit?.clock(sample);
    else this.#violation("a time that nobody has asked for");
  }

  /** Answers what comes in place of a hello, and ends the connection. */
  async #answer(question: Question): Promise<void> {
    const { host, keys } = this.#options;
    const key = this.#key = this.#secure!.remoteKey!;
    clearTimeout(this.#handshake);
    const collectorKey = keys.accepted[0]!.publicKey;
    const answer = await answerQuestion(question, key, { host, collectorKey });
    if (!answer) this.#violation("a question that nobody answers here");
    else if ("rejection" in answer) this.#reject(answer.rejection);
    else this.#end(answer);
  }

  async #welcome(hello: Hello): Promise<void> {
    const { host, keys, table, counts, limits, log, onConfirmed } = this.#options;
    const key = this.#key = this.#secure!.remoteKey!;
    const admitted = host.admit(key, hello.name);
    if ("rejection" in admitted) {
      const { rejection } = admitted;
      const revoked = host.access?.revokedName(key);
      return this.#reject(rejection, rejectionHint(rejection, key, hello.name), revoked);
    }
    if (hello.schema !== SCHEMA && hello.schema !== FIRST_SCHEMA) {
      return this.#reject(Rejection.Schema);
    }
    const { name } = admitted;
    if (!table.admits(name, hello.session, performance.now())) return this.#reject(Rejection.Busy);
    const shownName = printable(name);
    const from = this.#from;
    const sensor = { ...admitted, hello, shownName, key, session: hello.session, from };
    this.#sensor = sensor;
    clearTimeout(this.#handshake);
    counts.accepted++;
    onConfirmed();
    host.access?.accepted(key);
    const before = table.claim(name, hello.session, this);
    if (before) {
      before.#reject(Rejection.Fenced);
      await before.#drained();
      if (this.#isEnded) return;
    }
    const onSettled = (sequence: bigint) => {
      this.#receiver.settled(sequence);
      this.#news?.tell();
    };
    const session = await host.open(admitted, hello, onSettled, this.#gone.signal);
    if (session === "fork") {
      host.watch?.forked(sensor);
      return this.#reject(Rejection.Fork);
    }
    if (this.#isEnded || !table.holds(name, hello.session, this)) return session.close();
    this.#session = session;
    session.fenced?.then(() => this.#reject(Rejection.Fenced));
    this.#visit = host.watch?.came(sensor);
    log.line(`${shownName} is connected from ${this.#from}`, { sensor: name });
    const limit = limits.of(name, admitted.maxRate, performance.now());
    const values = collectorValues(host, keys.opener, admitted);
    await this.#news!.send(this.#receiver.welcome(session, name, values, limit));
    this.reviewKey();
  }

  /** What was taken before is settled first, so that the sensor knows what is its own. */
  async #fork(sensor: ConnectedSensor): Promise<void> {
    await this.#drained();
    this.#options.host.watch?.forked(sensor);
    const settled = this.#receiver.settledHere;
    this.#end({ message: encodeRejected({ reason: Rejection.Fork, settled }), why: "fork" });
  }

  #violation(what: string): void {
    this.#options.counts.violations++;
    this.#end({
      message: encodeRejected({ reason: Rejection.Violation, settled: 0n }),
      why: `it sent ${what}`,
    });
  }

  /** What takes memory until the connection is over: it ends without a word. */
  #intrude(what: string): void {
    if (!this.#isEnded) this.#options.counts.violations++;
    this.abandon(`it sent ${what}`);
  }

  #reject(reason: number, hint = "", revoked?: string): void {
    const why = rejectionWords(reason);
    this.#end({ message: encodeRejected({ reason, settled: 0n }), why, hint, revoked });
  }

  #fail(error: unknown): void {
    if (error instanceof StoreError) this.#reject(Rejection.StoreFailed);
    else this.abandon(messageOf(error) || "it broke off");
  }

  #end(ending: Ending): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#news?.close();
    this.#gone.abort();
    this.#ended.resolve(ending);
  }

  /** Nothing more is read; what was taken is stored, and told where that is possible. */
  async #finish(ending: Ending): Promise<void> {
    const { message, why } = ending;
    const { table, counts, log } = this.#options;
    const sensor = this.#sensor;
    if (!sensor && ending.why !== undefined) counts.turnedAway++;
    sayEnding(ending, { from: this.#from, key: this.#key, sensor }, log);
    this.#stream?.discard();
    if (message && this.#news) {
      await within(STORE_MS, this.#drained());
      await within(END_MS, this.#news.sayLast(message, END_MS));
    }
    this.#receiver.close();
    closeConnection(this.#quic);
    await this.#drained();
    this.#session?.close(why === undefined);
    this.#visit?.left(why === undefined);
    if (sensor) table.leave(sensor.name, sensor.hello.session, this, performance.now());
  }
}
