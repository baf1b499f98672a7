import type { ChannelMessage } from "../../seal/channel_message.ts";
import type { SecureStream } from "../quic/secure_stream_io.ts";
import { encodeNextKey } from "../session/access_message.ts";
import { ASK_TIME } from "../session/session_message.ts";
import type { SessionReceiver } from "./session_receiver.ts";

/** How long a message may wait for a sensor that does not read. */
const UNSENT_MS = 10_000;

/** What a sensor is told on one connection: the newest only, and nobody waits for it. */
export class SensorNews {
  readonly #secure: SecureStream;
  readonly #receiver: SessionReceiver;
  readonly #onFailed: (error: unknown) => void;
  /** The collector's next key, until it has been told. */
  #nextKey: Uint8Array | undefined;
  #asksTime = false;
  #isTelling = false;
  #isOver = false;
  #unsentSinceMs: number | undefined;

  /** @param onFailed Told when the connection is gone. */
  constructor(
    secure: SecureStream,
    receiver: SessionReceiver,
    onFailed: (error: unknown) => void,
  ) {
    this.#secure = secure;
    this.#receiver = receiver;
    this.#onFailed = onFailed;
  }

  /** Whether something has waited for too long. */
  isStuck(nowMs: number): boolean {
    return this.#unsentSinceMs !== undefined && nowMs - this.#unsentSinceMs > UNSENT_MS;
  }

  /** Sends a message. @throws Error When the connection is gone. */
  async send(message: ChannelMessage): Promise<void> {
    this.#unsentSinceMs = performance.now();
    await this.#secure.send([message]);
    this.#unsentSinceMs = undefined;
  }

  /** Tells the newest; at most one write at a time. */
  async tell(): Promise<void> {
    if (this.#isTelling || this.#isOver) return;
    this.#isTelling = true;
    try {
      for (let news = this.#next(); news; news = this.#next()) {
        await this.send(news);
      }
    } catch (error) {
      this.#onFailed(error);
    } finally {
      this.#isTelling = false;
    }
  }

  /** Tells the collector's next key too. */
  tellNextKey(key: Uint8Array): void {
    this.#nextKey = key;
    this.tell();
  }

  /** Asks for the sensor's time too. */
  askTime(): void {
    this.#asksTime = true;
    this.tell();
  }

  #next(): ChannelMessage | undefined {
    const key = this.#nextKey;
    this.#nextKey = undefined;
    if (key) return encodeNextKey(key);
    const asksTime = this.#asksTime;
    this.#asksTime = false;
    return asksTime ? ASK_TIME : this.#receiver.news();
  }

  /** Tells nothing more but what {@linkcode sayLast} says. */
  close(): void {
    this.#isOver = true;
  }

  /** Tells the newest and a last message, and ends the stream; returns when the other side has, or in `maxMs`. */
  async sayLast(message: ChannelMessage, maxMs: number): Promise<void> {
    const news = this.#receiver.news();
    try {
      await this.#secure.send([...(news ? [news] : []), message]);
      await this.#secure.end(maxMs);
    } catch {
      // the connection is gone already
    }
  }
}
