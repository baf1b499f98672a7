/** A sensor's end of one connection that knows the protocol and does with it what it likes. */
import type { ChannelMessage } from "../lib/seal/channel_message.ts";
import { concat } from "../lib/base/bytes/bytes.ts";
import { importKeyPair } from "../lib/seal/agreement_key.ts";
import { newAgreementKey } from "../lib/seal/agreement_key_io.ts";
import type { KeyPair } from "../lib/seal/key.ts";
import { newKeyPair } from "../lib/seal/key_file_io.ts";
import { SecureChannel } from "../lib/seal/secure_channel.ts";
import type { Address } from "../lib/transport/address.ts";
import { QuicDialer } from "../lib/transport/quic/quic_dialer_io.ts";
import type { QuicStream } from "../lib/transport/quic/quic_stream_io.ts";
import {
  encodeHello,
  encodeOffer,
  FIRST_SCHEMA,
  type Hello,
  MessageType,
  parseRejected,
  parseWelcome,
  SCHEMA,
  type Welcome,
} from "../lib/transport/session/session_message.ts";

/** Whom a {@linkcode RawPeer} connects to. */
export interface PeerTarget {
  readonly address: Address;
  readonly collectorKey: Uint8Array;
  /** Whose sockets are used; a new one's by default. */
  readonly dialer?: QuicDialer;
}

const NEVER = new AbortController().signal;

/** Opens a stream to whoever listens there, and says nothing. */
export async function dialRaw(
  { address, dialer = new QuicDialer(address) }: Pick<PeerTarget, "address" | "dialer">,
): Promise<{ readonly stream: QuicStream; readonly dialer: QuicDialer }> {
  return { stream: await dialer.dial(NEVER), dialer };
}

/** One connection after its handshake. */
export class RawPeer implements Disposable {
  readonly stream: QuicStream;
  readonly keys: KeyPair;
  readonly #channel: SecureChannel;
  readonly #written: Uint8Array[];
  readonly #ownDialer: QuicDialer | undefined;
  #inbox: ChannelMessage[] = [];
  #sent = 0;

  private constructor(
    stream: QuicStream,
    keys: KeyPair,
    channel: SecureChannel,
    written: Uint8Array[],
    ownDialer: QuicDialer | undefined,
  ) {
    this.stream = stream;
    this.keys = keys;
    this.#channel = channel;
    this.#written = written;
    this.#ownDialer = ownDialer;
  }

  /** Connects and shakes hands. @throws Error when the collector does not answer. */
  static async connect(target: PeerTarget, keys: KeyPair = newKeyPair()): Promise<RawPeer> {
    const { stream, dialer } = await dialRaw(target);
    const written: Uint8Array[] = [];
    const channel = await SecureChannel.initiator({
      own: await importKeyPair(keys),
      remoteKey: target.collectorKey,
      ephemeral: newAgreementKey,
      write: (bytes) => void written.push(bytes),
    });
    const peer = new RawPeer(stream, keys, channel!, written, target.dialer ? undefined : dialer);
    await peer.#flush();
    while (!channel!.isConfirmed) {
      if (!await peer.#receive()) throw new Error("the collector closed the connection");
    }
    return peer;
  }

  /** All bytes that it has put into its stream. */
  get written(): Uint8Array {
    return concat(this.#written);
  }

  /** Sends messages, right or wrong. */
  async send(...messages: readonly ChannelMessage[]): Promise<void> {
    await this.#channel.send(messages, performance.now());
    await this.#flush();
  }

  /** Sends the beginning of a message, and nothing after it ever. */
  async sendPart(message: ChannelMessage, length: number): Promise<void> {
    await this.#channel.send([message], performance.now());
    const whole = concat(this.#written.splice(this.#sent));
    this.#written.push(whole.subarray(0, length));
    await this.#flush();
  }

  /** Says hello, and makes the offer that belongs to it. */
  hello(session: bigint, name: string, rest: Partial<Hello> = {}): Promise<void> {
    const hello = { schema: SCHEMA, session, oldest: 1n, next: 1n, name, ...rest };
    const offer = hello.schema === FIRST_SCHEMA ? [] : [encodeOffer({ encodings: [1] })];
    return this.send(encodeHello(hello), ...offer);
  }

  /** The next message of that type; those before are skipped; undefined when the connection is over. */
  async next(type: number): Promise<ChannelMessage | undefined> {
    for (;;) {
      for (let message = this.#inbox.shift(); message; message = this.#inbox.shift()) {
        if (message.type === type) return message;
      }
      if (!await this.#receive().catch(() => false)) return undefined;
    }
  }

  /** The next message of that type. @throws Error when the connection is over before. */
  async receive(type: number): Promise<ChannelMessage> {
    const message = await this.next(type);
    if (!message) throw new Error(`the connection is over without a message of type ${type}`);
    return message;
  }

  /** Says hello and waits for the welcome. */
  async welcome(session: bigint, name: string, rest: Partial<Hello> = {}): Promise<Welcome> {
    await this.hello(session, name, rest);
    return parseWelcome((await this.receive(MessageType.Welcome)).body, rest.schema ?? SCHEMA)!;
  }

  /** The reason with which the connection is rejected; undefined when it ends without. */
  async rejection(): Promise<number | undefined> {
    const rejected = await this.next(MessageType.Rejected);
    return rejected && parseRejected(rejected.body)?.reason;
  }

  /** Ends the connection without a word. */
  [Symbol.dispose](): void {
    this.stream[Symbol.dispose]();
    this.#ownDialer?.[Symbol.dispose]();
  }

  async #flush(): Promise<void> {
    while (this.#sent < this.#written.length) await this.stream.write(this.#written[this.#sent++]!);
  }

  async #receive(): Promise<boolean> {
    const bytes = await this.stream.read();
    if (!bytes) return false;
    const { messages, broken } = await this.#channel.receive(bytes, performance.now());
    this.#inbox.push(...messages);
    await this.#flush();
    return broken === undefined;
  }
}
