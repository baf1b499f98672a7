/**
 * The encrypted connection between a sensor (initiator) and the collector (responder), without any
 * input or output of its own. After the handshake (channel_handshake.ts) each side sends Noise messages
 * (noise_frame.ts) that carry application messages (channel_message.ts). The application messages
 * `rekey1` and `rekey2` are a handshake for the next keys (rekey.ts), and `switch` puts them to use:
 *
 *     initiator                                      responder
 *     rekey1 ──────────────────────────────────────►
 *            ◄────────────────────────────────────── rekey2
 *     switch, then sends under the new key ────────►
 *            ◄──────── switch, then sends under the new key
 *
 * Each `switch` is the last message under the old key of its direction and ends its Noise message; data
 * goes on all the while.
 */
import type { AgreementKey, StaticKey } from "./agreement_key.ts";
import {
  type HandshakeRefusal,
  IncomingHandshake,
  OutgoingHandshake,
} from "./channel_handshake.ts";
import {
  type ChannelMessage,
  encodeMessages,
  MAX_BODY_BYTES,
  MessageReader,
} from "./channel_message.ts";
import { KEY_LIMITS, type KeyLimits, LimitedCipher } from "./limited_cipher.ts";
import type { NoiseInitiator, NoiseSession } from "./noise.ts";
import { encodeFrames, FrameReader } from "./noise_frame.ts";
import { answerRekey, beginRekey, finishRekey, type RekeyTies } from "./rekey.ts";

/** Types of the messages that are the channel's own. */
const REKEY_1 = 16;
const REKEY_2 = 17;
const SWITCH = 18;

/** Why a channel ended; all but "key worn out" mean that the other side is wrong or an impostor. */
export type BreakReason =
  | HandshakeRefusal
  | "not authentic"
  | "key worn out"
  | "message too long"
  | "rekey out of place"
  | "rekey refused";

/** What bytes from the other side gave. */
export interface ChannelReceipt {
  /** In the order in which they were sent; good also when the channel broke behind them. */
  readonly messages: readonly ChannelMessage[];
  /** Set from the first bytes on that were wrong: close the connection then. */
  readonly broken: BreakReason | undefined;
}

/** What both sides of a channel need. */
export interface ChannelOptions {
  /** Gives a new key pair for each handshake, never the same again. */
  readonly ephemeral: () => Promise<AgreementKey>;
  /** Takes the next bytes for the stream, which are its own from then on; must not throw. */
  readonly write: (bytes: Uint8Array) => void;
  /** The protocol's, unless given. */
  readonly limits?: KeyLimits;
}

/** How far the renewal of the keys is. */
type Rekey =
  /** Initiator: `rekey1` is being made, then sent. */
  | { readonly step: "offered"; readonly noise?: NoiseInitiator }
  /** Responder: `rekey2` is sent, the initiator's `switch` awaited. */
  | { readonly step: "answered"; readonly session: NoiseSession }
  /** Initiator: its `switch` is sent, the responder's awaited. */
  | { readonly step: "switched"; readonly session: NoiseSession };

/** The keys in use. */
interface Keys extends RekeyTies {
  sending: LimitedCipher;
  receiving: LimitedCipher;
  handshakeHash: Uint8Array;
  epoch: number;
}

/**
 * One end of a connection. The time is a parameter, in milliseconds of a clock that never goes back.
 *
 * Bytes leave by `write` in the order of the stream, whatever is under way at the same time.
 */
export class SecureChannel {
  readonly #isInitiator: boolean;
  readonly #handshake: OutgoingHandshake | IncomingHandshake;
  readonly #ephemeral: () => Promise<AgreementKey>;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #limits: KeyLimits;
  readonly #wire = new FrameReader();
  readonly #incoming = new MessageReader();
  #keys: Keys | undefined;
  #rekey: Rekey | undefined;
  #isConfirmed = false;
  #broken: BreakReason | undefined;
  /** Settled when all that was sealed before is written. */
  #written: Promise<void> = Promise.resolve();
  /** Settled when all that was received before is done with. */
  #received: Promise<unknown> = Promise.resolve();

  private constructor(
    handshake: OutgoingHandshake | IncomingHandshake,
    { ephemeral, write, limits = KEY_LIMITS }: ChannelOptions,
  ) {
    this.#isInitiator = handshake instanceof OutgoingHandshake;
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

  /**
   * Whether the other side has proved, in this connection, that it owns its key: the initiator knows
   * that from message 2, the responder from the first transport message (message 1 can be sent again
   * by anybody). Only then may {@linkcode send} be called.
   */
  get isConfirmed(): boolean {
    return this.#isConfirmed;
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
    if (this.#broken === undefined) {
      this.#wire.push(bytes);
      if (!this.#keys) this.#broken = await this.#advanceHandshake();
      this.#broken ??= await this.#openAll(messages, nowMs);
    }
    if (this.#broken === undefined) await this.#renewIfDue(nowMs);
    return { messages, broken: this.#broken };
  }

  async #advanceHandshake(): Promise<BreakReason | undefined> {
    const end = await this.#handshake.advance(this.#wire);
    if (end === undefined || typeof end === "string") return end;
    const { own, remoteKey, session, reply } = end;
    this.#keys = {
      own,
      remoteKey,
      sending: new LimitedCipher(session.sending, this.#limits),
      receiving: new LimitedCipher(session.receiving, this.#limits),
      handshakeHash: session.handshakeHash,
      epoch: 0,
    };
    this.#isConfirmed = this.#isInitiator;
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
      const most = this.#rekey ? 1 : Infinity;
      while (opening.length < most) {
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
        if (broken !== undefined) return broken;
      }
    }
  }

  /** Reads what one Noise message carried; adds the messages that are not the channel's own. */
  async #read(
    plaintext: Uint8Array,
    keys: Keys,
    messages: ChannelMessage[],
    nowMs: number,
  ): Promise<BreakReason | undefined> {
    this.#incoming.push(plaintext);
    for (;;) {
      const message = this.#incoming.next();
      if (message === undefined || typeof message === "string") return message;
      if (!isOwn(message.type)) messages.push(message);
      else {
        const broken = await this.#readOwn(message, keys, nowMs);
        if (broken !== undefined) return broken;
      }
    }
  }

  #readOwn(
    { type, body }: ChannelMessage,
    keys: Keys,
    nowMs: number,
  ): Promise<BreakReason | undefined> {
    if (type === REKEY_1) return this.#readRekey1(body, keys, nowMs);
    if (type === REKEY_2) return this.#readRekey2(body, keys, nowMs);
    return this.#readSwitch(body, keys, nowMs);
  }

  /** Initiator: asks for new keys when those in use are old and nothing of the kind is under way. */
  async #renewIfDue(nowMs: number): Promise<void> {
    const keys = this.#keys;
    if (!this.#isInitiator || !keys || this.#rekey) return;
    if (!keys.sending.isDue(nowMs) && !keys.receiving.isDue(nowMs)) return;
    this.#rekey = { step: "offered" };
    const noise = await beginRekey(keys, await this.#ephemeral());
    this.#rekey = { step: "offered", noise };
    await this.#seal([{ type: REKEY_1, body: noise.message1 }], nowMs);
  }

  /** Responder: makes the next keys. */
  async #readRekey1(
    message1: Uint8Array,
    keys: Keys,
    nowMs: number,
  ): Promise<BreakReason | undefined> {
    if (this.#isInitiator || this.#rekey) return "rekey out of place";
    const answer = await answerRekey(keys, message1, this.#ephemeral);
    if (!answer) return "rekey refused";
    this.#rekey = { step: "answered", session: answer.session };
    await this.#seal([{ type: REKEY_2, body: answer.message2 }], nowMs);
    return undefined;
  }

  /** Initiator: has the next keys, and sends under the new one from here on. */
  async #readRekey2(
    message2: Uint8Array,
    keys: Keys,
    nowMs: number,
  ): Promise<BreakReason | undefined> {
    if (this.#rekey?.step !== "offered" || !this.#rekey.noise) return "rekey out of place";
    const session = await finishRekey(this.#rekey.noise, message2);
    if (!session) return "rekey refused";
    this.#rekey = { step: "switched", session };
    await this.#switchSending(session, keys, nowMs);
    return undefined;
  }

  /** Both: the other side sends under its new key from here on. The responder does the same then. */
  async #readSwitch(
    body: Uint8Array,
    keys: Keys,
    nowMs: number,
  ): Promise<BreakReason | undefined> {
    const rekey = this.#rekey;
    if (!rekey || rekey.step === "offered" || !this.#incoming.isEmpty) return "rekey out of place";
    if (body.length > 0) return "rekey refused";
    this.#rekey = undefined;
    keys.receiving = new LimitedCipher(rekey.session.receiving, this.#limits);
    keys.handshakeHash = rekey.session.handshakeHash;
    keys.epoch++;
    if (!this.#isInitiator) await this.#switchSending(rekey.session, keys, nowMs);
    return undefined;
  }

  /** Both changes are made at once, so that no message comes between them. */
  #switchSending(session: NoiseSession, keys: Keys, nowMs: number): Promise<void> {
    const written = this.#seal([{ type: SWITCH, body: new Uint8Array(0) }], nowMs);
    keys.sending = new LimitedCipher(session.sending, this.#limits);
    return written;
  }

  /** Seals messages, in the order of the calls, and writes them when all before them are written. */
  #seal(messages: readonly ChannelMessage[], nowMs: number): Promise<void> {
    const { sending } = this.#keys!;
    const sealing = encodeMessages(messages).map((plaintext) => sending.seal(plaintext, nowMs));
    if (sealing.length === 0) return this.#written;
    this.#written = Promise.all([Promise.all(sealing), this.#written])
      .then(([ciphertexts]) => this.#write(encodeFrames(ciphertexts)));
    return this.#written;
  }
}

function isOwn(type: number): boolean {
  return type === REKEY_1 || type === REKEY_2 || type === SWITCH;
}

function checkMessage({ type, body }: ChannelMessage): void {
  if (!Number.isInteger(type) || type < 0 || type > 255 || isOwn(type)) {
    throw new RangeError(
      `Cannot send a message of type ${type}: wanted is 0 to 255, without ${REKEY_1} to ${SWITCH}`,
    );
  }
  if (body.length > MAX_BODY_BYTES) {
    throw new RangeError(
      `Cannot send a message of ${body.length} bytes: at most ${MAX_BODY_BYTES} are wanted`,
    );
  }
}
