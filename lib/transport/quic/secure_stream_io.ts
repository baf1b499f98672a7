import { release } from "../../base/bytes/release.ts";
import type { Admits, ChannelMessage } from "../../seal/channel_message.ts";
import type { AgreementKey, StaticKey } from "../../seal/agreement_key.ts";
import { newAgreementKey } from "../../seal/agreement_key_io.ts";
import { SecureChannel } from "../../seal/secure_channel.ts";
import type { QuicStream } from "./quic_stream_io.ts";

/** A sensor's first Noise message, which says who it is; others may be as long as any. */
export const MAX_FIRST_NOISE_BYTES = 4096;
/** What a collector does whose key is another, and one that has too many connections. */
const ENDED_HANDSHAKE = "it ended the handshake: -pubkey is not its public key, which it says at " +
  "its start, or it is too busy";

/** The messages of one connection: a {@linkcode SecureChannel} over its stream. */
export class SecureStream implements Disposable {
  readonly #stream: QuicStream;
  readonly #channel: SecureChannel;
  readonly #writes: Writes;
  #isClosed = false;
  #isDeaf = false;

  private constructor(stream: QuicStream, channel: SecureChannel, writes: Writes) {
    this.#stream = stream;
    this.#channel = channel;
    this.#writes = writes;
  }

  /**
   * The sensor's end, once the collector has proved who it is.
   *
   * @param admits Which messages of the collector may come.
   * @throws Error When the connection breaks off, or the other end is not the owner of that key.
   */
  static async initiate(
    stream: QuicStream,
    { own, remoteKey, admits }: {
      readonly own: AgreementKey;
      readonly remoteKey: Uint8Array;
      readonly admits: Admits;
    },
  ): Promise<SecureStream> {
    const writes = new Writes(stream);
    const { write } = writes;
    const channel = await SecureChannel.initiator({
      own,
      remoteKey,
      ephemeral: newAgreementKey,
      write,
      admits,
    });
    if (!channel) throw new Error("the key of the collector is of low order");
    const secure = new SecureStream(stream, channel, writes);
    while (!channel.isConfirmed) {
      const messages = await secure.receive().catch((error) => {
        if (stream.hasBrokenOff) throw error; // it may be silent for any reason
      });
      if (!messages) throw new Error(ENDED_HANDSHAKE);
    }
    return secure;
  }

  /**
   * The collector's end; who the sensor is, its first message tells.
   *
   * @param admits Which messages of the sensor may come.
   */
  static accept(stream: QuicStream, keys: readonly StaticKey[], admits: Admits): SecureStream {
    const writes = new Writes(stream);
    const { write } = writes;
    const channel = SecureChannel.responder({
      keys,
      ephemeral: newAgreementKey,
      write,
      admits,
      maxFirstBytes: MAX_FIRST_NOISE_BYTES,
    });
    return new SecureStream(stream, channel, writes);
  }

  /** The other end's key, once a message of it has come. */
  get remoteKey(): Uint8Array | undefined {
    return this.#channel.isConfirmed ? this.#channel.remoteKey : undefined;
  }

  /** The collector's key that the sensor has named, once a message of it has come. */
  get ownKey(): Uint8Array | undefined {
    return this.#channel.isConfirmed ? this.#channel.ownKey : undefined;
  }

  /** Whether a message has begun that may not come: none comes any more. */
  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  /** Whether the beginning of something has come, and its end has not. */
  get isAmidMessage(): boolean {
    return this.#channel.isAmidMessage;
  }

  /** Whether nothing more can be written. */
  get isOver(): boolean {
    return this.#isClosed || this.#writes.failure !== undefined;
  }

  /** The next messages, perhaps none; undefined at the end of the stream. @throws Error when it breaks off. */
  async receive(): Promise<readonly ChannelMessage[] | undefined> {
    const bytes = await this.#stream.read();
    if (!bytes) return undefined;
    const { messages, broken, isDeaf } = await this.#channel.receive(bytes, performance.now());
    release(bytes);
    this.#isDeaf = isDeaf;
    if (broken === "unknown key") throw new Error("its -pubkey is not a public key of ours");
    if (broken !== undefined) throw new Error(`the channel is broken: ${broken}`);
    return messages;
  }

  /**
   * Returns when the carrier has taken the messages. To be called every few seconds, also without
   * messages, since the channel renews its keys then.
   *
   * @throws Error When the connection is gone.
   */
  async send(messages: readonly ChannelMessage[]): Promise<void> {
    await this.#channel.send(messages, performance.now());
    await this.#writes.done();
  }

  /** Ends the stream in order, see {@linkcode QuicStream.end}. */
  async end(maxMs: number): Promise<void> {
    await this.#writes.done();
    await this.#stream.end(maxMs);
  }

  /** Ends the connection at once. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#stream[Symbol.dispose]();
  }
}

/** Writes in the order of the calls. */
class Writes {
  failure: unknown;
  readonly #stream: QuicStream;
  #last: Promise<void> = Promise.resolve();

  constructor(stream: QuicStream) {
    this.#stream = stream;
  }

  readonly write = (bytes: Uint8Array): void => {
    this.#last = this.#last.then(() => this.#stream.write(bytes)).then(
      () => release(bytes),
      (error) => void (this.failure ??= error),
    );
  };

  async done(): Promise<void> {
    await this.#last;
    if (this.failure !== undefined) throw this.failure;
  }
}
