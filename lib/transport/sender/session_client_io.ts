import { Condition } from "../../base/wait/condition_io.ts";
import { SendError } from "../../base/errors.ts";
import { release } from "../../base/bytes/release.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { typeName } from "../../base/record/record_types.ts";
import { type Batch, partsOf } from "../../gather/batch.ts";
import { priorityOf } from "../../gather/priority.ts";
import { splitBatch } from "../../gather/split_batch.ts";
import type { PackedBatch } from "../../pack/packed_batch.ts";
import { type ChannelMessage, MAX_BODY_BYTES } from "../../seal/channel_message.ts";
import { SEAL_BYTES } from "../../seal/sealed_body.ts";
import { backoffMs } from "../backoff.ts";
import { isSpooled } from "./batch_spool.ts";
import { BatchPacker } from "./batch_packer_io.ts";
import { Linger } from "./linger_io.ts";
import { Outage } from "../outage.ts";
import { QuicDialer } from "../quic/quic_dialer_io.ts";
import { requireNet } from "../require_net_io.ts";
import { SecureStream } from "../quic/secure_stream_io.ts";
import { locateCollector } from "../resolve_host_io.ts";
import { SentCountsByType } from "../sent_counts.ts";
import { batchBytes } from "../session/session_batch.ts";
import { SessionKeys } from "./session_keys_io.ts";
import type { Expand, SessionClientOptions } from "./session_client_options_io.ts";
import { BYE, MessageType, SCHEMA } from "../session/session_message.ts";
import {
  endOf,
  notConnectedTo,
  OLDER,
  rejectedWords,
  REKEYED,
  sayNotConnected,
  sayRefused,
  sayWelcome,
  stalledLine,
  unacknowledged,
  wordsOf,
} from "./session_words.ts";
import type { LinkState } from "../link_state.ts";
import { SessionLink } from "./session_link.ts";
import { type SessionState, stateOf } from "./session_state.ts";
import { Stall } from "./stall.ts";
import { takesCompact } from "./takes_compact.ts";
import type { Transport } from "../transport.ts";
import { Uplink } from "../quic/uplink.ts";
import { SessionSender } from "./session_sender.ts";
import { SpoolFeed } from "./spool_feed_io.ts";

/** Messages sealed and written at a time: enough to fill a packet, few enough to stay current. */
const WRITE_BYTES = 128 << 10;
/** Handshake and welcome; the collector may first store what an older connection brought. */
const WELCOME_MS = 30_000;
/** How often those who wait look at the clock. */
const TICK_MS = 500;
/** How long the collector may take to close what is over. */
const END_MS = 2_000;

/**
 * Sends batches in a session: over whatever connections it takes, until the collector has them on
 * disk. Batches wait in a queue of its own; see {@linkcode SessionSender} for the order.
 */
export class SessionClient implements Transport {
  /** By record type. */
  readonly counts = new SentCountsByType();
  readonly #options: SessionClientOptions;
  readonly #keys: SessionKeys;
  readonly #sender: SessionSender;
  readonly #feed: SpoolFeed | undefined;
  readonly #dialer: QuicDialer;
  readonly #uplink: Uplink;
  /** Messages are begun up to so many bytes; where these go slowly, one at a time, since others may be worth more. */
  #writeBytes!: number;
  readonly #end = new AbortController();
  readonly #running: Promise<void>;
  /** Notified when there may be something to do for those who wait. */
  readonly #changed = new Condition();
  /** Resolves with why the first try to connect failed; with nothing when it did not. */
  readonly #firstTry = Promise.withResolvers<string | undefined>();
  readonly #linger: Linger;
  readonly #link = new SessionLink(performance.now());
  readonly #stall = new Stall();
  readonly #packer: BatchPacker;
  readonly #takesCompact = Promise.withResolvers<void>();
  readonly takesCompact = this.#takesCompact.promise;
  #expand: Expand | undefined;
  #isEnding = false;
  /** Whether the books have been closed. */
  #isClosed = false;
  #hasSaidBye = false;

  private constructor(options: SessionClientOptions, keys: SessionKeys) {
    this.#options = options;
    this.#keys = keys;
    this.#packer = new BatchPacker(options.containsPayloads, options.sendsHeaders ?? true);
    const { collector, name, maxQueueBytes, uplink = Infinity } = options;
    this.#uplink = new Uplink(uplink, performance.now());
    this.limit(uplink);
    const all = [collector, ...options.others ?? []] as const;
    this.#dialer = new QuicDialer(all, options.resolve, this.#uplink);
    this.#sender = new SessionSender({
      newSession: () => crypto.getRandomValues(new BigUint64Array(1))[0]! || 1n,
      ...{ name, maxQueueBytes, priorityOf },
      time: () => BigInt(Date.now()) * 1_000_000n,
      onDropped: (batch) => this.counts.add("dropped", batch),
      onRefused: (batch, why) => {
        this.counts.add(why === "unwanted" ? "unwanted" : "tooLarge", batch);
        sayRefused(options.log, batch, why);
      },
      onMaybeTwice: (batch) => this.counts.add("maybeTwice", batch),
      onReturned: (batch) => this.#feed?.returned(batch),
      expand: (batch) => this.#expand?.(batch) ?? [batch],
      resumed: options.spool?.numbered,
      onSettled: (batch, bytes) => {
        this.#stall.moved(performance.now());
        this.counts.add("sent", batch);
        this.counts.addPart(batch, bytes);
        this.#feed?.settled(batch);
        if (!isSpooled(batch)) release(batch.body);
      },
    });
    const onChange = () => this.#changed.notify();
    const fed = { sender: this.#sender, counts: this.counts, onChange };
    this.#feed = options.spool && new SpoolFeed({ ...options, spool: options.spool, ...fed });
    this.#feed?.start();
    this.#linger = new Linger(options, () => this.#notify());
    this.#running = this.#run();
  }

  /**
   * Begins a session and goes on to connect, until it has been finished or disposed of.
   *
   * @throws KeyFileError `malformed` when the collector's key is one with which everybody could read.
   * @throws ConfigError `address` when its host is no IP address, `not-permitted` when Deno permits no
   *   connection.
   * @throws SendError `not-connected` with `failFast` when the first try fails.
   */
  static async open(options: SessionClientOptions): Promise<SessionClient> {
    const keys = await SessionKeys.of(options.keys, options.collectorKey, options.readKeys);
    const { collector, others = [], failFast, resolve } = options;
    for (const each of [collector, ...others]) {
      await requireNet(each, await locateCollector(each.hostname, resolve));
    }
    const client = new SessionClient(options, keys);
    const why = failFast ? await client.#firstTry.promise : undefined;
    if (why === undefined) return client;
    await client[Symbol.asyncDispose]();
    throw new SendError("not-connected", `${notConnectedTo(client.#dialer.lastTo)}: ${why}`);
  }

  get name(): string {
    return this.#sender.name;
  }

  get error(): SendError | undefined {
    return unacknowledged(this.counts.failed, this.#link.hasConnected);
  }

  get waitingBytes(): number {
    return this.#sender.queuedBytes;
  }

  /** The session as the sensor's books have it. */
  get state(): SessionState {
    return stateOf(this.#sender, this.counts.taken, this.#feed);
  }

  /** The way to the collector. */
  get link(): LinkState {
    return this.#link.stateOf(this.#sender, this.#options, performance.now());
  }

  /** Sends at most so many bytes per second from now on, see {@linkcode Uplink}. */
  limit(bytesPerSecond: number): void {
    this.#writeBytes = bytesPerSecond === Infinity ? WRITE_BYTES : 1;
    this.#uplink.limit(bytesPerSecond, performance.now());
  }

  /** Packs a batch and puts it into the queue; the batch is the caller's again. */
  async send(batch: Batch): Promise<void> {
    const { log } = this.#options;
    const types = partsOf(batch).map(({ type }) => `NC_${typeName(type)}`);
    log.detail(`got ${batch.data.length} bytes of type ${types.join(", ")}`);
    const packed = await this.#packer.pack(batch);
    const { largestBatch = MAX_BODY_BYTES } = this.#sender.values ?? {};
    const bytes = batchBytes(SCHEMA, packed) + (this.#feed ? SEAL_BYTES : 0);
    if (bytes <= largestBatch) return await this.#add(packed);
    if (batch.count > 1) {
      for (const half of splitBatch(batch)) await this.send(half);
    } else {
      this.counts.taken.add(packed.parts);
      this.counts.of(batch.type).tooLarge += batch.count;
      log.problem("too large", `A record of ${batch.data.length} bytes is too large`);
    }
  }

  /**
   * Waits until the collector has everything, or the time to linger is over; what it has not is
   * counted as failed.
   */
  async finish(): Promise<void> {
    this.#isEnding = true;
    this.#linger.begin(() => [...this.#sender.unsettled()].length);
    this.#notify();
    // What is left need not wait for a collector that is away.
    const canSpool = () => this.#feed?.isWorking === true && this.#link.isAway;
    while (!this.#isDone && !this.#linger.isOver && !canSpool()) {
      await this.#changed.wait(TICK_MS);
    }
    this.#linger.end();
    // In order, the connection says so; without one there is nobody to tell.
    if (!this.#isDrained || !this.#sender.isWelcome) this.#end.abort();
    this.#notify();
    await this.#running;
    if (this.#feed?.takesBooks && !this.#isClosed) await this.#options.beforeBye?.();
    await this.#feed?.finish();
    for (const batch of this.#sender.unsettled()) {
      if (!isSpooled(batch)) this.counts.add("failed", batch);
    }
  }

  get #isDrained(): boolean {
    return this.#sender.isDrained && (this.#feed?.isDone ?? true);
  }

  /** With books, the collector is told the end, also where it is away for a while. */
  get #isDone(): boolean {
    const mustTell = this.#sender.isWelcome || this.#link.takesBooks;
    return this.#isDrained && (this.#isClosed || !mustTell);
  }

  /** Something has changed that others may wait for. */
  #notify(): void {
    this.#changed.notify();
    this.#feed?.poke();
  }

  /** Ends at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.#notify();
    await this.#running;
    await this.#feed?.stop();
    this.#dialer[Symbol.dispose]();
    this.#linger[Symbol.dispose]();
  }

  async #add(packed: PackedBatch): Promise<void> {
    if (this.#options.waits || this.#feed?.isWorking) {
      while (!this.#sender.hasRoomFor(packed) && !this.#linger.isOver) {
        await this.#changed.wait(TICK_MS);
      }
    }
    this.counts.taken.add(packed.parts);
    this.#sender.add(packed);
    this.#notify();
  }

  /** Packs rows of the sensor's books, which go before all that waits. */
  async sendBooks(rows: Batch): Promise<void> {
    this.#sender.addBooks(await this.#packer.pack(rows));
    this.#notify();
  }

  /** Connects, and connects again, until the end. */
  async #run(): Promise<void> {
    const { failFast, log } = this.#options;
    let tries = 0;
    let outage = new Outage(this.#link.lastMs);
    while (!this.#end.signal.aborted) {
      let triedAtMs = performance.now();
      const why = await this.#serveOnce().catch(wordsOf);
      if (why === OLDER) this.#expand ??= await this.#options.loadExpand?.();
      if (why === OLDER || why === REKEYED) {
        this.#sender.disconnected();
        continue;
      }
      this.#link.ended(why, this.#sender.isWelcome, performance.now());
      this.#firstTry.resolve(why);
      if (failFast && !this.#link.hasConnected) return;
      if (this.#sender.isWelcome) {
        tries = 0;
        triedAtMs = this.#link.lastMs;
        outage = new Outage(triedAtMs);
      }
      if (!this.#sender.isWelcome && !this.#keys.takeAnother()) this.#dialer.fail();
      this.#sender.disconnected();
      if (this.#hasSaidBye || why === undefined) return;
      const isEnd = this.#end.signal.aborted;
      if (isEnd && this.#isDrained) return;
      const nowMs = performance.now();
      const words = isEnd ? `: ${why}` : outage.say(why, nowMs);
      if (words !== undefined) sayNotConnected(log, this.#dialer.lastTo, why, words);
      if (isEnd) return;
      const sinceMs = nowMs - this.#link.lastMs;
      const waitMs = backoffMs(++tries, sinceMs, nowMs - triedAtMs, Math.random());
      await rest(waitMs, this.#end.signal);
    }
  }

  /** One connection, from its beginning to its end; returns why it ended, nothing when all is done. */
  async #serveOnce(): Promise<string | undefined> {
    if (this.#isEnding && this.#isDone) return undefined;
    this.#link.begins(performance.now());
    using stream = await this.#dialer.dial(this.#end.signal);
    const close = () => stream[Symbol.dispose](); // whatever is being waited for
    const late = `no welcome within ${WELCOME_MS / 1000} s`;
    const timer = setTimeout(() => this.#sender.isWelcome || stream.abandon(late), WELCOME_MS);
    this.#end.signal.addEventListener("abort", close);
    if (this.#end.signal.aborted) close();
    try {
      const admits = (type: number, length: number) => this.#sender.admits(type, length);
      const secure = await this.#keys.shake((keys) =>
        SecureStream.initiate(stream, { ...keys, admits })
      );
      await secure.send(this.#sender.connected());
      const reading = this.#read(secure).catch(wordsOf);
      const writing = this.#write(secure).catch(wordsOf);
      const why = await Promise.race([reading, writing]);
      secure[Symbol.dispose]();
      this.#changed.notify();
      await Promise.all([reading, writing]);
      return why;
    } finally {
      clearTimeout(timer);
      this.#end.signal.removeEventListener("abort", close);
    }
  }

  /** Takes the collector's messages; returns why they ended. */
  async #read(secure: SecureStream): Promise<string> {
    for (;;) {
      const messages = await secure.receive();
      if (!messages) return "the collector is gone";
      for (const message of messages) {
        const wasWelcome = this.#sender.isWelcome;
        const step = this.#sender.receive(message);
        this.#notify();
        if (!wasWelcome && this.#sender.isWelcome) this.#onWelcome();
        const end = endOf(step);
        if (end !== undefined) return end;
        if (step.kind === "next key") await this.#keys.learn(step.key, this.#options.onNextKey);
        if (step.kind !== "rejected") continue;
        const words = rejectedWords(step.reason, this.#keys.publicKey, this.#options.name);
        this.#keys.rejected(step.reason);
        return words;
      }
      if (secure.isDeaf) return "the collector sent a message that is too long";
    }
  }

  /**
   * Writes what there is to say, until the connection or the session ends; returns why, nothing
   * when all is done.
   */
  async #write(secure: SecureStream): Promise<string | undefined> {
    while (!secure.isOver && !this.#end.signal.aborted) {
      const messages: ChannelMessage[] = [];
      for (let bytes = 0; bytes < this.#writeBytes;) {
        const message = this.#sender.nextMessage(performance.now());
        if (!message) break;
        messages.push(message);
        bytes += message.body.length;
      }
      if (this.#isEnding && this.#isDrained && this.#sender.isWelcome) {
        if (!this.#isClosed) {
          await this.#options.beforeBye?.();
          this.#isClosed = true;
          this.#notify();
          continue;
        }
        this.#hasSaidBye = true;
        await secure.send([BYE]);
        await secure.end(END_MS);
        return undefined;
      }
      await secure.send(messages);
      for (const { type, body } of messages) if (type === MessageType.Batch) release(body);
      if (await this.#keys.haveChanged(performance.now())) return REKEYED;
      this.#sayStalled(messages.length > 0 && this.#writeBytes < WRITE_BYTES);
      if (messages.length === 0) await this.#changed.wait(TICK_MS);
    }
    return "the connection broke off";
  }

  /** @param hasBegun Whether something is written so slowly that nothing could be acknowledged before. */
  #sayStalled(hasBegun: boolean): void {
    const isWaiting = this.waitingBytes > 0 && this.#sender.isWelcome && !hasBegun;
    if (!this.#stall.isDue(performance.now(), isWaiting)) return;
    this.#options.log.problem("stalled", stalledLine(this.#dialer.lastTo, this.waitingBytes));
  }

  #onWelcome(): void {
    this.#link.welcome(this.#sender.values, performance.now(), Date.now());
    this.#feed?.welcome();
    this.#firstTry.resolve(undefined);
    this.#stall.moved(performance.now());
    sayWelcome({ ...this.#options, collector: this.#dialer.lastTo }, this.#sender, Date.now());
    if (takesCompact(this.#sender.values)) this.#takesCompact.resolve();
  }
}
