/**
 * `Noise_IK_25519_AESGCM_SHA256` (The Noise Protocol Framework, revision 34, sections 5 and 7.5):
 *
 *     <- s
 *     ...
 *     -> e, es, s, ss    message 1: ephemeral 32 ‖ static 32 + 16 ‖ payload + 16
 *     <- e, ee, se       message 2: ephemeral 32 ‖ payload + 16
 *
 * Bytes from the other side that do not fit give undefined, and the handshake is over.
 */
import { concat } from "../base/bytes/bytes.ts";
import { agree, type AgreementKey } from "./agreement_key.ts";
import { CIPHER_KEY_BYTES, CipherState, TAG_BYTES } from "./cipher_state.ts";
import { KEY_BYTES } from "./key.ts";

/** Length of message 1 with an empty payload. */
export const MESSAGE_1_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES + TAG_BYTES;
/** Length of message 2 with an empty payload. */
export const MESSAGE_2_BYTES = KEY_BYTES + TAG_BYTES;

const PROTOCOL = "Noise_IK_25519_AESGCM_SHA256";
const HASH_BYTES = 32;
const NOTHING = new Uint8Array(0);

/** What both sides have after message 2. */
export interface NoiseSession {
  /** Seals what this side sends. */
  readonly sending: CipherState;
  /** Opens what the other side sent. */
  readonly receiving: CipherState;
  /** Names this handshake and all that was said in it, 32 bytes; the same on both sides. */
  readonly handshakeHash: Uint8Array;
}

/** What a side brings along. */
export interface NoiseOptions {
  readonly own: AgreementKey;
  /** What both sides must agree on beforehand. */
  readonly prologue: Uint8Array;
}

/** The side that knows the other's key and writes first. */
export class NoiseInitiator {
  /** Message 1, for the responder. */
  readonly message1: Uint8Array;
  readonly #state: SymmetricState;
  readonly #own: AgreementKey;
  readonly #ephemeral: AgreementKey;

  private constructor(
    message1: Uint8Array,
    state: SymmetricState,
    own: AgreementKey,
    ephemeral: AgreementKey,
  ) {
    this.message1 = message1;
    this.#state = state;
    this.#own = own;
    this.#ephemeral = ephemeral;
  }

  /**
   * Begins a handshake; undefined when `remote` is of low order.
   *
   * @param remote The responder's static public key.
   * @param ephemeral A pair that is used for nothing else.
   */
  static async begin(
    { own, prologue, remote, ephemeral, payload = NOTHING }: NoiseOptions & {
      readonly remote: Uint8Array;
      readonly ephemeral: AgreementKey;
      readonly payload?: Uint8Array;
    },
  ): Promise<NoiseInitiator | undefined> {
    const state = await SymmetricState.begin(prologue, remote);
    await state.mixHash(ephemeral.publicKey);
    if (!await state.mixAgreement(ephemeral, remote)) return undefined; // es
    const sealedKey = await state.seal(own.publicKey);
    if (!await state.mixAgreement(own, remote)) return undefined; // ss
    const message1 = concat([ephemeral.publicKey, sealedKey, await state.seal(payload)]);
    return new NoiseInitiator(message1, state, own, ephemeral);
  }

  /** Reads message 2, once. */
  async finish(
    message2: Uint8Array,
  ): Promise<{ readonly payload: Uint8Array; readonly session: NoiseSession } | undefined> {
    if (message2.length < MESSAGE_2_BYTES) return undefined;
    const theirs = message2.subarray(0, KEY_BYTES);
    await this.#state.mixHash(theirs);
    if (!await this.#state.mixAgreement(this.#ephemeral, theirs)) return undefined; // ee
    if (!await this.#state.mixAgreement(this.#own, theirs)) return undefined; // se
    const payload = await this.#state.open(message2.subarray(KEY_BYTES));
    if (!payload) return undefined;
    const [sending, receiving] = await this.#state.split();
    return { payload, session: { sending, receiving, handshakeHash: this.#state.hash } };
  }
}

/** The side that answers. */
export class NoiseResponder {
  /** The initiator's static public key, 32 bytes. Message 1 may have been recorded and sent again. */
  readonly remoteKey: Uint8Array;
  /** What message 1 carries. */
  readonly payload: Uint8Array;
  readonly #state: SymmetricState;
  readonly #theirEphemeral: Uint8Array;

  private constructor(
    remoteKey: Uint8Array,
    payload: Uint8Array,
    state: SymmetricState,
    theirEphemeral: Uint8Array,
  ) {
    this.remoteKey = remoteKey;
    this.payload = payload;
    this.#state = state;
    this.#theirEphemeral = theirEphemeral;
  }

  /** Reads message 1. */
  static async begin(
    message1: Uint8Array,
    { own, prologue }: NoiseOptions,
  ): Promise<NoiseResponder | undefined> {
    if (message1.length < MESSAGE_1_BYTES) return undefined;
    const payloadAt = MESSAGE_1_BYTES - TAG_BYTES;
    const theirEphemeral = message1.slice(0, KEY_BYTES);
    const state = await SymmetricState.begin(prologue, own.publicKey);
    await state.mixHash(theirEphemeral);
    if (!await state.mixAgreement(own, theirEphemeral)) return undefined; // es
    const remoteKey = await state.open(message1.subarray(KEY_BYTES, payloadAt));
    if (!remoteKey || !await state.mixAgreement(own, remoteKey)) return undefined; // ss
    const payload = await state.open(message1.subarray(payloadAt));
    return payload && new NoiseResponder(remoteKey, payload, state, theirEphemeral);
  }

  /**
   * Writes message 2, once; undefined when a key of the initiator is of low order.
   *
   * @param ephemeral A pair that is used for nothing else.
   */
  async finish(
    ephemeral: AgreementKey,
    payload: Uint8Array = NOTHING,
  ): Promise<{ readonly message2: Uint8Array; readonly session: NoiseSession } | undefined> {
    await this.#state.mixHash(ephemeral.publicKey);
    if (!await this.#state.mixAgreement(ephemeral, this.#theirEphemeral)) return undefined; // ee
    if (!await this.#state.mixAgreement(ephemeral, this.remoteKey)) return undefined; // se
    const message2 = concat([ephemeral.publicKey, await this.#state.seal(payload)]);
    const [receiving, sending] = await this.#state.split();
    return { message2, session: { sending, receiving, handshakeHash: this.#state.hash } };
  }
}

/** Noise's SymmetricState (section 5.2). */
class SymmetricState {
  /** The hash of all that both sides know to have been said. */
  hash: Uint8Array;
  #chainingKey: Uint8Array;
  /** There is one from the first agreement on. */
  #cipher!: CipherState;

  private constructor(name: Uint8Array) {
    this.hash = name;
    this.#chainingKey = name;
  }

  /** The state of IK before message 1. */
  static async begin(prologue: Uint8Array, responderKey: Uint8Array): Promise<SymmetricState> {
    const name = new Uint8Array(HASH_BYTES);
    new TextEncoder().encodeInto(PROTOCOL, name); // a name that fits is not hashed
    const state = new SymmetricState(name);
    await state.mixHash(prologue);
    await state.mixHash(responderKey);
    return state;
  }

  async mixHash(bytes: Uint8Array): Promise<void> {
    this.hash = new Uint8Array(await crypto.subtle.digest("SHA-256", concat([this.hash, bytes])));
  }

  /** MixKey of a shared secret; false when there is none. */
  async mixAgreement(own: AgreementKey, theirs: Uint8Array): Promise<boolean> {
    const secret = await agree(own, theirs);
    if (!secret) return false;
    const [chainingKey, key] = await this.#derive(secret);
    this.#chainingKey = chainingKey;
    this.#cipher = await CipherState.of(key);
    return true;
  }

  /** EncryptAndHash. */
  async seal(plaintext: Uint8Array): Promise<Uint8Array> {
    const ciphertext = await this.#cipher.seal(plaintext, this.hash);
    await this.mixHash(ciphertext);
    return ciphertext;
  }

  /** DecryptAndHash. */
  async open(ciphertext: Uint8Array): Promise<Uint8Array | undefined> {
    const plaintext = await this.#cipher.open(ciphertext, this.hash);
    if (plaintext) await this.mixHash(ciphertext);
    return plaintext;
  }

  /** The initiator's direction, then the responder's. */
  async split(): Promise<[CipherState, CipherState]> {
    const [toResponder, toInitiator] = await this.#derive(NOTHING);
    return [await CipherState.of(toResponder), await CipherState.of(toInitiator)];
  }

  /** Noise's HKDF with two outputs (section 4.3), which is that of RFC 5869 with an empty info. */
  async #derive(material: Uint8Array): Promise<[Uint8Array, Uint8Array]> {
    const input = material as BufferSource;
    const key = await crypto.subtle.importKey("raw", input, "HKDF", false, ["deriveBits"]);
    const salt = this.#chainingKey as BufferSource;
    const algorithm = { name: "HKDF", hash: "SHA-256", salt, info: NOTHING };
    const bits = await crypto.subtle.deriveBits(algorithm, key, 2 * 8 * CIPHER_KEY_BYTES);
    return [new Uint8Array(bits, 0, HASH_BYTES), new Uint8Array(bits, HASH_BYTES)];
  }
}
