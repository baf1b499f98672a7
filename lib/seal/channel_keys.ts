/**
 * The keys that one end of a channel has in use, and their renewal: a handshake for the next keys
 * (rekey.ts) in messages of the channel, `rekey1` and `rekey2`, and `switch`, which puts them to use:
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
import type { AgreementKey } from "./agreement_key.ts";
import type { ChannelMessage } from "./channel_message.ts";
import { type KeyLimits, LimitedCipher } from "./limited_cipher.ts";
import { MESSAGE_1_BYTES, type NoiseInitiator, type NoiseSession } from "./noise.ts";
import { answerRekey, beginRekey, finishRekey, type RekeyTies } from "./rekey.ts";

/** Types of the messages of a renewal. */
export const REKEY_1 = 16;
export const REKEY_2 = 17;
export const SWITCH = 18;
/** The longest body of these. */
export const MAX_RENEWAL_BYTES = MESSAGE_1_BYTES;

/** Whether a message of this type belongs to the renewal of keys. */
export function isRenewal(type: number): boolean {
  return type === REKEY_1 || type === REKEY_2 || type === SWITCH;
}

/** What is wrong with a message of a renewal. */
export type RenewalRefusal = "rekey out of place" | "rekey refused";

/** What to do when a message of a renewal has been taken. */
export interface RenewalStep {
  /** To be sent under the key in use. */
  readonly message?: ChannelMessage;
  /** Makes this {@linkcode ChannelKeys.sending} for all that is sent behind `message`. */
  readonly nextSending?: LimitedCipher;
}

/** How far a renewal is. */
type Renewal =
  /** Initiator: `rekey1` is being made, then sent. */
  | { readonly step: "offered"; readonly noise?: NoiseInitiator }
  /** Responder: `rekey2` is sent, the initiator's `switch` awaited. */
  | { readonly step: "answered"; readonly session: NoiseSession }
  /** Initiator: its `switch` is sent, the responder's awaited. */
  | { readonly step: "switched"; readonly session: NoiseSession };

/** What {@linkcode ChannelKeys} begin with. */
export interface ChannelKeysOptions {
  readonly isInitiator: boolean;
  readonly own: AgreementKey;
  readonly remoteKey: Uint8Array;
  /** The first keys, of the channel's own handshake. */
  readonly session: NoiseSession;
  readonly limits: KeyLimits;
  /** Gives a new key pair for each renewal, never the same again. */
  readonly ephemeral: () => Promise<AgreementKey>;
}

/** The keys in use, one a direction; a renewal replaces them. */
export class ChannelKeys implements RekeyTies {
  readonly own: AgreementKey;
  readonly remoteKey: Uint8Array;
  sending: LimitedCipher;
  receiving: LimitedCipher;
  handshakeHash: Uint8Array;
  epoch = 0;
  readonly #isInitiator: boolean;
  readonly #limits: KeyLimits;
  readonly #ephemeral: () => Promise<AgreementKey>;
  #renewal: Renewal | undefined;

  constructor({ isInitiator, own, remoteKey, session, limits, ephemeral }: ChannelKeysOptions) {
    this.own = own;
    this.remoteKey = remoteKey;
    this.#isInitiator = isInitiator;
    this.#limits = limits;
    this.#ephemeral = ephemeral;
    this.handshakeHash = session.handshakeHash;
    this.sending = new LimitedCipher(session.sending, limits);
    this.receiving = new LimitedCipher(session.receiving, limits);
  }

  /** Whether a renewal is under way: any message that comes may be the other side's `switch`. */
  get isRenewing(): boolean {
    return this.#renewal !== undefined;
  }

  /** Initiator: asks for new keys when those in use are old and no renewal is under way. */
  async renewIfDue(nowMs: number): Promise<ChannelMessage | undefined> {
    if (!this.#isInitiator || this.#renewal) return undefined;
    if (!this.sending.isDue(nowMs) && !this.receiving.isDue(nowMs)) return undefined;
    this.#renewal = { step: "offered" };
    const noise = await beginRekey(this, await this.#ephemeral());
    this.#renewal = { step: "offered", noise };
    return { type: REKEY_1, body: noise.message1 };
  }

  /**
   * Takes a message of the renewal, opened under {@linkcode receiving}. `isLast` tells whether it ends
   * its Noise message, as a `switch` must.
   */
  async receive(
    { type, body }: ChannelMessage,
    isLast: boolean,
  ): Promise<RenewalStep | RenewalRefusal> {
    if (type === REKEY_1) return await this.#receiveRekey1(body);
    if (type === REKEY_2) return await this.#receiveRekey2(body);
    return this.#receiveSwitch(body, isLast);
  }

  /** Responder: makes the next keys. */
  async #receiveRekey1(message1: Uint8Array): Promise<RenewalStep | RenewalRefusal> {
    if (this.#isInitiator || this.#renewal) return "rekey out of place";
    const answer = await answerRekey(this, message1, this.#ephemeral);
    if (!answer) return "rekey refused";
    this.#renewal = { step: "answered", session: answer.session };
    return { message: { type: REKEY_2, body: answer.message2 } };
  }

  /** Initiator: has the next keys, and sends under the new one from here on. */
  async #receiveRekey2(message2: Uint8Array): Promise<RenewalStep | RenewalRefusal> {
    if (this.#renewal?.step !== "offered" || !this.#renewal.noise) return "rekey out of place";
    const session = await finishRekey(this.#renewal.noise, message2);
    if (!session) return "rekey refused";
    this.#renewal = { step: "switched", session };
    return this.#switchSending(session);
  }

  /** Both: the other side sends under its new key from here on. The responder does the same then. */
  #receiveSwitch(body: Uint8Array, isLast: boolean): RenewalStep | RenewalRefusal {
    const renewal = this.#renewal;
    if (!renewal || renewal.step === "offered" || !isLast) return "rekey out of place";
    if (body.length > 0) return "rekey refused";
    const { session } = renewal;
    this.#renewal = undefined;
    this.receiving = new LimitedCipher(session.receiving, this.#limits);
    this.handshakeHash = session.handshakeHash;
    this.epoch++;
    return this.#isInitiator ? {} : this.#switchSending(session);
  }

  #switchSending({ sending }: NoiseSession): RenewalStep {
    return {
      message: { type: SWITCH, body: new Uint8Array(0) },
      nextSending: new LimitedCipher(sending, this.#limits),
    };
  }
}
