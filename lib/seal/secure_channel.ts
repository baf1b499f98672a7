/**
 * The encrypted connection between a sensor (initiator) and the collector (responder), without any
 * input or output of its own. After the handshake (channel_handshake.ts) each side sends Noise messages
 * (noise_frame.ts) that carry application messages (channel_message.ts); some of those are the
 * channel's own and renew its keys (channel_keys.ts).
 */
import type { AgreementKey, StaticKey } from "./agreement_key.ts";
import {
  type HandshakeRefusal,
  IncomingHandshake,
  OutgoingHandshake,
} from "./channel_handshake.ts";
import {
  ChannelKeys,
  isRenewal,
  MAX_RENEWAL_BYTES,
  REKEY_1,
  type RenewalRefusal,
  SWITCH,
} from "./channel_keys.ts";
import {
  type Admits,
  type ChannelMessage,
  encodeMessages,
  MAX_BODY_BYTES,
  MessageReader,
} from "./channel_message.ts";
import { release } from "../base/bytes/release.ts";
import { KEY_LIMITS, type KeyLimits, type LimitedCipher } from "./limited_cipher.ts";
import { encodeFrames, FrameReader, MAX_NOISE_BYTES } from "./noise_frame.ts";

/** Why a channel ended; all but "key worn out" mean that the other side is wrong or an impostor. */
export type BreakReason =
  | HandshakeRefusal
  | "not authentic"
  | "key worn out"
  | "message too long"
  | RenewalRefusal;

/** What bytes from the other side gave. */
export interface ChannelReceipt {
  /** In the order in which they were sent; good also when the channel broke behind them. */
  readonly messages: readonly ChannelMessage[];
  /** Set from the first bytes on that were wrong: close the connection then. */
  readonly broken: BreakReason | undefined;
  /** Whether a message has begun that may not come: nothing behind it is read, but what is sent leaves. */
  readonly isDeaf: boolean;
}

/** What both sides of a channel need. */
export interface ChannelOptions {
  /** Gives a new key pair for each handshake, never the same again. */
  readonly ephemeral: () => Promise<AgreementKey>;
  /** Takes the next bytes for the stream, which are its own from then on; must not throw. */
  readonly write: (bytes: Uint8Array) => void;
  /** All that are not too long, unless given. */
  readonly admits?: Admits;
  /** The longest Noise message of who has not proved anything yet; any, unless given. */
  readonly maxFirstBytes?: number;
  /** The protocol's, unless given. */
  readonly limits?: KeyLimits;
}

/**
 * One end of a connection. The time is a parameter, in milliseconds of a clock that never goes back.
 *
 * Bytes leave by `write` in the order of the stream, whatever is under way at the same time.
 */
export class SecureChannel {
  readonly #handshake: OutgoingHandshake | IncomingHandshake;
  readonly #ephemeral: () => Promise<AgreementKey>;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #limits: KeyLimits;
  readonly #wire = new FrameReader();
  readonly #incoming: MessageReader;
  #keys: ChannelKeys | undefined;
  #isConfirmed = false;
  #broken: BreakReason | undefined;
  #isDeaf = false;
  readonly #maxFirstBytes: number;
  /** Settled when all that was sealed before is written. */
  #written: Promise<void> = Promise.resolve();
  /** Settled when all that was received before is done with. */
  #received: Promise<unknown> = Promise.resolve();

  private constructor(
    handshake: OutgoingHandshake | IncomingHandshake,
    {
      ephemeral,
      write,
      admits = () => true,
      maxFirstBytes = MAX_NOISE_BYTES,
      limits = KEY_LIMITS,
    }: ChannelOptions,
  ) {
    this.#maxFirstBytes = maxFirstBytes;
    this.#incoming = new MessageReader((type, length) =>
      isRenewal(type) ? length <= MAX_RENEWAL_BYTES : admits(type, length)
    );
    this.#handshake = handshake;
    this.#ephemeral = ephemeral;
    this.#write = write;
    this.#limits = limits;
  }

  /**
   * The end that connects; writes the opening at once. Undefined when `remoteKey`, the collector's
   * public key, is of low order.
   */
  static async initiator(
    options: ChannelOptions & { readonly own: AgreementKey; readonly remoteKey: Uint8Array },
  ): Promise<SecureChannel | undefined> {
    const { own, remoteKey, ephemeral, write } = options;
    const handshake = await OutgoingHandshake.begin(own, remoteKey, await ephemeral());
    if (!handshake) return undefined;
    write(handshake.opening);
    return new SecureChannel(handshake, options);
  }

  /** The end that was connected to. The initiator names one of `keys` by its id. */
  static responder(
    options: ChannelOptions & { readonly keys: readonly StaticKey[] },
  ): SecureChannel {
    return new SecureChannel(new IncomingHandshake(options.keys, options.ephemeral), options);
  }

  /**
   * The other side's static public key, from the handshake on. Believe it when {@linkcode isConfirmed}.
   */
  get remoteKey(): Uint8Array | undefined {
    return this.#keys?.remoteKey;
  }

  /** The static public key of this side that is in use, from the handshake on. */
  get ownKey(): Uint8Array | undefined {
    return this.#keys?.own.publicKey;
  }

  /**
   * Whether the other side has proved, in this connection, that it owns its key: the initiator knows
   * that from message 2, the responder from the first transport message (message 1 can be sent again
   * by anybody). Only then may {@linkcode send} be called.
   */
  get isConfirmed(): boolean {
    return this.#isConfirmed;
  }

  /** Whether the beginning of something has come, and its end has not. */
  get isAmidMessage(): boolean {
    return !this.#wire.isEmpty || !this.#incoming.isEmpty;
  }

  /**
   * Seals messages and writes them; those of one call share Noise messages. Calls need not wait for each
   * other. Call it without messages every few seconds: keys are renewed then, when it is time. Does
   * nothing when the channel is broken.
   *
   * @throws TypeError before the channel is confirmed.
   * @throws RangeError for a type that is the channel's own or no byte, and a body above 1 MiB.
   */
  async send(messages: readonly ChannelMessage[], nowMs: number): Promise<void> {
    if (this.#broken !== undefined) return;
    if (!this.#isConfirmed) {
      throw new TypeError("Cannot send: the channel is not confirmed; wait for isConfirmed");
    }
    for (const message of messages) checkMessage(message);
    await this.#seal(messages, nowMs);
    await this.#renewIfDue(nowMs);
  }

  /**
   * Reads the next bytes of the stream, and answers what the channel itself must answer. Calls are served
   * one after the other. `bytes` must not change before it resolves; the bodies of messages are
   * nobody else's.
   */
  receive(bytes: Uint8Array, nowMs: number): Promise<ChannelReceipt> {
    const receipt = this.#received.then(() => this.#receive(bytes, nowMs));
    this.#received = receipt;
    return receipt;
  }

  async #receive(bytes: Uint8Array, nowMs: number): Promise<ChannelReceipt> {
    const messages: ChannelMessage[] = [];
    if (this.#broken === undefined && !this.#isDeaf) {
      this.#wire.push(bytes);
      if (!this.#keys) this.#broken = await this.#advanceHandshake();
      this.#broken ??= await this.#openAll(messages, nowMs);
    }
    if (this.#broken === undefined) await this.#renewIfDue(nowMs);
    return { messages, broken: this.#broken, isDeaf: this.#isDeaf };
  }

  async #advanceHandshake(): Promise<BreakReason | undefined> {
    const end = await this.#handshake.advance(this.#wire);
    if (end === undefined || typeof end === "string") return end;
    const { own, remoteKey, session, reply } = end;
    const isInitiator = this.#handshake instanceof OutgoingHandshake;
    this.#keys = new ChannelKeys({
      isInitiator,
      own,
      remoteKey,
      session,
      limits: this.#limits,
      ephemeral: this.#ephemeral,
    });
    this.#isConfirmed = isInitiator;
    if (reply.length > 0) this.#write(reply);
    return undefined;
  }

  /** Opens all Noise messages that are there, several at a time, and adds what they carried. */
  async #openAll(messages: ChannelMessage[], nowMs: number): Promise<BreakReason | undefined> {
    const keys = this.#keys;
    if (!keys) return undefined;
    for (;;) {
      const key = keys.receiving;
      const opening: ReturnType<LimitedCipher["open"]>[] = [];
      // When a `switch` may be in the next one, the one behind it may need the next key.
      const most = keys.isRenewing ? 1 : Infinity;
      while (opening.length < most) {
        if (!this.#isConfirmed && (this.#wire.nextLength() ?? 0) > this.#maxFirstBytes) {
          return "message too long";
        }
        const ciphertext = this.#wire.next();
        if (!ciphertext) break;
        opening.push(key.open(ciphertext, nowMs));
      }
      if (opening.length === 0) return undefined;
      for (const plaintext of await Promise.all(opening)) {
        if (typeof plaintext === "string") return plaintext;
        if (key !== keys.receiving) return "rekey out of place"; // a `switch` before its time
        this.#isConfirmed = true;
        const broken = await this.#read(plaintext, keys, messages, nowMs);
        release(plaintext);
        if (broken !== undefined || this.#isDeaf) return broken;
      }
    }
  }

  /** Reads what one Noise message carried; adds the messages that are not the channel's own. */
  async #read(
    plaintext: Uint8Array,
    keys: ChannelKeys,
    messages: ChannelMessage[],
    nowMs: number,
  ): Promise<BreakReason | undefined> {
    this.#incoming.push(plaintext);
    for (;;) {
      const message = this.#incoming.next();
      if (message === "not admitted") {
        if (isRenewal(this.#incoming.refusedType!)) return "rekey refused";
        this.#isDeaf = true;
        return undefined;
      }
      if (message === undefined || typeof message === "string") return message;
      if (!isRenewal(message.type)) messages.push(message);
      else {
        const broken = await this.#readRenewal(message, keys, nowMs);
        if (broken !== undefined) return broken;
      }
    }
  }

  async #readRenewal(
    received: ChannelMessage,
    keys: ChannelKeys,
    nowMs: number,
  ): Promise<BreakReason | undefined> {
    const step = await keys.receive(received, this.#incoming.isEmpty);
    if (typeof step === "string") return step;
    const { message, nextSending } = step;
    if (!message) return undefined;
    const written = this.#seal([message], nowMs);
    if (nextSending) keys.sending = nextSending; // at once, so that nothing comes between them
    await written;
    return undefined;
  }

  async #renewIfDue(nowMs: number): Promise<void> {
    const rekey1 = await this.#keys?.renewIfDue(nowMs);
    if (rekey1) await this.#seal([rekey1], nowMs);
  }

  /** Seals messages, in the order of the calls, and writes them when all before them are written. */
  #seal(messages: readonly ChannelMessage[], nowMs: number): Promise<void> {
    const { sending } = this.#keys!;
    const plaintexts = encodeMessages(messages);
    const sealing = plaintexts.map((plaintext) => sending.seal(plaintext, nowMs));
    if (sealing.length === 0) return this.#written;
    this.#written = Promise.all([Promise.all(sealing), this.#written]).then(([ciphertexts]) => {
      release(plaintexts[0]!); // and those that lie behind it
      this.#write(encodeFrames(ciphertexts));
      ciphertexts.forEach(release);
    });
    return this.#written;
  }
}

function checkMessage({ type, body }: ChannelMessage): void {
  if (!Number.isInteger(type) || type < 0 || type > 255 || isRenewal(type)) {
    throw new RangeError(
      `Cannot send a message of type ${type}: wanted: 0 to 255, without ${REKEY_1} to ${SWITCH}`,
    );
  }
  if (body.length > MAX_BODY_BYTES) {
    throw new RangeError(
      `Cannot send a message of ${body.length} bytes: wanted at most ${MAX_BODY_BYTES}`,
    );
  }
}
