import { equalBytes } from "../../base/bytes/bytes.ts";
import { agree, type AgreementKey, importKeyPair } from "../../seal/agreement_key.ts";
import type { KeyPair } from "../../seal/key.ts";
import { lowOrderKey } from "../../seal/low_order_key.ts";
import { Rejection } from "../session/session_message.ts";

const LOOK_MS = 2000;

/** With what a sensor shakes hands. */
export interface HandshakeKeys {
  readonly own: AgreementKey;
  readonly remoteKey: Uint8Array;
}

/**
 * The keys with which a sensor connects: those that it was given, or what is in their place by now, when
 * they are read again.
 */
export class SessionKeys {
  readonly #read: () => Promise<readonly KeyPair[]>;
  /** In the order in which they are tried. */
  #candidates: readonly [KeyPair, ...KeyPair[]];
  #own: AgreementKey;
  #turn = 0;
  /** The collector's, in the order in which they are tried. */
  #remoteKeys: readonly Uint8Array[];
  #remoteTurn = 0;
  #hasFailed = false;
  #lookedAtMs = -Infinity;

  private constructor(
    keys: KeyPair,
    collectorKey: Uint8Array,
    own: AgreementKey,
    read: () => Promise<readonly KeyPair[]>,
  ) {
    this.#remoteKeys = [collectorKey];
    this.#candidates = [keys];
    this.#own = own;
    this.#read = read;
  }

  /**
   * @param read Reads them again: the sensor's keys, then the next ones where they are being changed.
   * @throws KeyFileError `malformed` when the collector's key is one with which everybody could read.
   */
  static async of(
    keys: KeyPair,
    collectorKey: Uint8Array,
    read: () => Promise<readonly KeyPair[]> = () => Promise.resolve([keys]),
  ): Promise<SessionKeys> {
    const own = await importKeyPair(keys);
    if (!await agree(own, collectorKey)) throw lowOrderKey();
    return new SessionKeys(keys, collectorKey, own, read);
  }

  /** Of the keys that are in use. */
  get publicKey(): Uint8Array {
    return this.#own.publicKey;
  }

  /** The keys for the next connection. */
  async #pick(): Promise<HandshakeKeys> {
    await this.#readAgain();
    const { length } = this.#candidates;
    const keys = this.#candidates[this.#turn % length]!;
    if (!equalBytes(keys.publicKey, this.#own.publicKey)) this.#own = await importKeyPair(keys);
    const remoteKey = this.#remoteKeys[this.#remoteTurn % this.#remoteKeys.length]!;
    return { own: this.#own, remoteKey };
  }

  /** Shakes hands; after one that fails, another one of the collector's keys has its turn. */
  async shake<T>(initiate: (keys: HandshakeKeys) => Promise<T>): Promise<T> {
    const keys = await this.#pick();
    try {
      return await initiate(keys);
    } catch (error) {
      this.#remoteTurn++;
      this.#hasFailed = true;
      throw error;
    }
  }

  /**
   * Whether a handshake has just failed, and another one of the collector's keys may make it, so that the
   * same place is to be tried with that. To be asked after each connection that came to nothing.
   */
  takeAnother(): boolean {
    const hasFailed = this.#hasFailed;
    this.#hasFailed = false;
    return hasFailed && this.#remoteTurn % this.#remoteKeys.length !== 0;
  }

  /** The collector has another key, to be tried first, unless everybody could read with it. */
  async learn(key: Uint8Array, onLearnt?: (key: Uint8Array) => void): Promise<void> {
    if (!await agree(this.#own, key)) return;
    const others = this.#remoteKeys.filter((each) => !equalBytes(each, key));
    this.#remoteKeys = [key, ...others.slice(0, 1)];
    this.#remoteTurn = 0;
    onLearnt?.(key);
  }

  /** The collector has rejected a connection: if that was for the key, others have their turn. */
  rejected(reason: number): void {
    if (reason === Rejection.UnknownKey || reason === Rejection.Revoked) this.#turn++;
  }

  /** Whether other keys have taken the place of those in use; looked at every 2 s. */
  async haveChanged(nowMs: number): Promise<boolean> {
    if (nowMs - this.#lookedAtMs < LOOK_MS) return false;
    this.#lookedAtMs = nowMs;
    return await this.#readAgain();
  }

  /** Returns whether the first ones are others; then these are tried first. */
  async #readAgain(): Promise<boolean> {
    const [before] = this.#candidates;
    const [first, ...others] = await this.#read().catch(() => []); // while they are being replaced
    if (first) this.#candidates = [first, ...others];
    const areOthers = !equalBytes(this.#candidates[0].publicKey, before.publicKey);
    if (areOthers) this.#turn = 0;
    return areOthers;
  }
}
