import { AckPolicy, type Consumer, DeliverPolicy, type JsMsg } from "@nats-io/jetstream";
import { ConfigError, messageOf, StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import type { Semaphore } from "../../base/wait/semaphore.ts";
import { unlessAborted } from "../../base/wait/unless_aborted.ts";
import { messagesAtOnce, storedMessage } from "./delivered_messages_io.ts";
import type { DiscardedSessions } from "./discarded_sessions_io.ts";
import type { StoredMessage } from "./engine.ts";
import { EngineError } from "./engine_error.ts";
import { type NatsEngine, whyOf } from "./nats_engine_io.ts";
import { streamInfo } from "./stream_info_io.ts";
import {
  partitionName,
  partitionSubjects,
  readerSubject,
  STATE_STREAM,
  STREAM,
} from "./subjects.ts";

/** How a partition is read. */
export interface PartitionReaderOptions {
  readonly engine: NatsEngine;
  /** Whose partition it is from now on: the id of a folder, in hex. */
  readonly folder: string;
  /** Held while messages of a partition are in memory. */
  readonly permits: Semaphore;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Returns when what messages hold is durable. */
  readonly write: (messages: readonly StoredMessage[], isFirst: boolean) => Promise<void>;
  /** Makes what looks for sessions that were discarded whole, from the markers behind a message on. */
  readonly discarded: (after: number) => Pick<DiscardedSessions, "look">;
  /** Told why nothing is read just now; nothing when it goes on. */
  readonly onStall: (why?: string) => void;
  /** Told that the stream is not the one that was read before: that is gone. */
  readonly onOther: () => void;
}

/** How long a question for a message lasts, and one for those that are there already. */
const WAIT_MS = 10_000;
const FETCH_MS = 1000;
const RETRY_MS = 1000;
/** How often it is looked whether limits have discarded something. */
const LOOK_BACK_MS = 60_000;
/** How long the engine waits for an acknowledgement, ns. */
const ACK_WAIT_NS = 300 * 1e9;

/**
 * Reads a partition of the stream in order, from where it was read last: a durable consumer knows that.
 * It is made anew at each start, and whenever one of its messages has not arrived, so that what was under
 * way comes again at once and in its place.
 */
export class PartitionReader {
  readonly #options: PartitionReaderOptions;
  readonly #partition: number;
  readonly #consumerName: string;
  /** Tells what this reader has written down from what others have. */
  readonly #id = crypto.randomUUID();
  /** All up to this message are written. */
  #position = 0;
  /** When the stream that this is about was made; empty where that is not written down. */
  #made = "";
  /** Number of the message that says so. */
  #record = 0;
  /** Markers up to this message were looked at. */
  #looked = 0;
  #discarded: Pick<DiscardedSessions, "look"> | undefined;
  #lookedAtMs = -Infinity;
  /** Whether nothing was ever read, and what was there before is being read. */
  #isFirst = false;
  /** Messages that are to be read still, as the engine said last. */
  lag = 0;
  /** Bytes of messages that are in memory. */
  heldBytes = 0;

  constructor(partition: number, options: PartitionReaderOptions) {
    this.#partition = partition;
    this.#options = options;
    this.#consumerName = `farcap-files-${partitionName(partition)}`;
  }

  /** The two digits that it is called by. */
  get name(): string {
    return partitionName(this.#partition);
  }

  /** Asks the engine how much is to be read still; nothing changes where it does not answer. */
  async look(): Promise<void> {
    const { engine } = this.#options;
    const info = await engine.streams.consumers.info(STREAM, this.#consumerName).catch(() =>
      undefined
    );
    if (info) this.lag = info.num_pending + info.num_ack_pending;
  }

  /** Takes the partition for its folder. @throws ConfigError When it is another one's. */
  async claim(): Promise<void> {
    try {
      await this.#claim();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { engine } = this.#options;
      const what = `partition ${this.name} of ${engine.name}`;
      throw new EngineError(`Cannot read ${what}: ${error.message}`, error.mayPass);
    }
  }

  async #claim(): Promise<void> {
    const { engine, folder } = this.#options;
    const found = await engine.last(STATE_STREAM, readerSubject(this.#partition));
    const owner = found?.header("Farcap-Folder") ?? folder;
    if (owner !== folder) throw this.#isOf(owner);
    this.#position = Number(found?.header("Farcap-Position") ?? 0);
    this.#made = found?.header("Farcap-Made") ?? "";
    this.#record = found?.seq ?? 0;
    this.#isFirst = this.#position === 0;
    const looked = found?.header("Farcap-Markers");
    this.#looked = looked ? Number(looked) : await newestMarker(engine);
    this.#discarded = this.#options.discarded(this.#looked);
    await this.#note();
  }

  /** Reads until its end. @throws StoreError When nothing can be stored any more. */
  async run(): Promise<void> {
    const { signal, onStall } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#read(await this.#consumer());
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof StoreError || isFinal(error)) throw error;
        onStall(whyOf(error, `the consumer ${this.#consumerName}`));
        await rest(RETRY_MS, signal);
      }
    }
  }

  /** Reads until a message has not arrived. */
  async #read(consumer: Consumer): Promise<void> {
    const { engine, permits, signal, onStall } = this.#options;
    const maxMessages = messagesAtOnce(engine.maxPayloadBytes);
    let delivered = 0;
    while (!signal.aborted) {
      await this.#lookBack();
      const first = await unlessAborted(consumer.next({ expires: WAIT_MS }), signal);
      onStall();
      if (!first) {
        this.#isFirst = false;
        // What the engine gave to a connection that broke shows in no number while nothing comes behind it.
        if ((await consumer.info()).num_ack_pending > 0) return;
        continue;
      }
      await permits.acquire();
      try {
        const messages: JsMsg[] = [];
        for (const message of [first, ...await more(consumer, first, maxMessages)]) {
          if (message.info.deliverySequence !== delivered + messages.length + 1) break;
          messages.push(message);
        }
        this.heldBytes = messages.reduce((sum, { data }) => sum + data.length, 0);
        const last = messages.at(-1);
        if (!last) return;
        // What was acknowledged too late has come again.
        const fresh = messages.filter(({ seq }) => seq > this.#position);
        await this.#options.write(fresh.map(storedMessage), this.#isFirst);
        delivered += messages.length;
        this.#position = last.seq;
        if (last.info.pending === 0) this.#isFirst = false;
        if (!await last.ackAck().catch(() => false)) return;
      } finally {
        this.heldBytes = 0;
        permits.release();
      }
    }
  }

  async #lookBack(): Promise<void> {
    if (performance.now() - this.#lookedAtMs < LOOK_BACK_MS) return;
    const looked = await this.#discarded!.look();
    this.#lookedAtMs = performance.now();
    if (looked === this.#looked) return;
    this.#looked = looked;
    await this.#note();
  }

  /** A consumer that begins behind what is written. */
  async #consumer(): Promise<Consumer> {
    const { engine, onOther } = this.#options;
    const { consumers, streams } = engine.streams;
    const { created, state } = await streams.info(STREAM);
    const isThat = this.#made ? this.#made === created : this.#position <= state.last_seq;
    if (!isThat) {
      onOther();
      this.#position = 0;
    }
    const wasNoted = this.#made === created;
    this.#made = created;
    const before = await consumers.info(STREAM, this.#consumerName).catch(unlessMissing);
    if (before) {
      this.#position = Math.max(this.#position, before.ack_floor.stream_seq);
    }
    if (before || !wasNoted) await this.#note();
    if (before) await consumers.delete(STREAM, this.#consumerName);
    await consumers.add(STREAM, {
      durable_name: this.#consumerName,
      filter_subject: partitionSubjects(this.#partition),
      ack_policy: AckPolicy.All,
      ack_wait: ACK_WAIT_NS,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#position + 1,
    });
    return await engine.client.consumers.get(STREAM, this.#consumerName);
  }

  /** Writes down whose it is, and how far it is read. */
  async #note(): Promise<void> {
    const { engine, folder } = this.#options;
    const subject = readerSubject(this.#partition);
    const headers = [
      ["Farcap-Folder", folder],
      ["Farcap-Position", `${this.#position}`],
      ["Farcap-Markers", `${this.#looked}`],
      ["Farcap-Made", this.#made],
      ["Farcap-Reader", this.#id],
    ] as const;
    const payload = new Uint8Array();
    for (;;) {
      const published = await engine.publish({ subject, headers, payload, after: this.#record });
      if (published.kind === "failed") throw new EngineError(published.why, published.mayPass);
      this.#record = published.kind === "stored" ? published.seq : await this.#lastNote();
      if (published.kind === "stored") return;
    }
  }

  /** The number of what this reader wrote down though nobody had answered. @throws ConfigError When that is another's. */
  async #lastNote(): Promise<number> {
    const found = await this.#options.engine.last(STATE_STREAM, readerSubject(this.#partition));
    if (found?.header("Farcap-Reader") === this.#id) return found.seq;
    throw this.#isOf("somebody else");
  }

  #isOf(owner: string): ConfigError {
    return new ConfigError(
      "usage",
      `Cannot read partition ${this.name} of ${this.#options.engine.name}: it goes to ` +
        `the folder of ${owner}; wanted: that folder, or others of -partitions`,
    );
  }
}

async function newestMarker(engine: NatsEngine): Promise<number> {
  return (await streamInfo(engine, STATE_STREAM)).state.last_seq;
}

/** What else there is already, of so many messages in all. */
async function more(consumer: Consumer, first: JsMsg, maxMessages: number): Promise<JsMsg[]> {
  const max_messages = Math.min(first.info.pending, maxMessages - 1);
  if (max_messages === 0) return [];
  const messages: JsMsg[] = [];
  try {
    for await (const each of await consumer.fetch({ max_messages, expires: FETCH_MS })) {
      messages.push(each);
    }
  } catch {
    // Those that have come are in order; what has not shows in the next one's number.
  }
  return messages;
}

/** Whether somebody has to do something about it. */
function isFinal(error: unknown): boolean {
  return error instanceof EngineError ? !error.mayPass : error instanceof ConfigError;
}

function unlessMissing(error: unknown): undefined {
  if (/consumer not found/.test(messageOf(error))) return undefined;
  throw error;
}
