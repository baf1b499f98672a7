import type { CipherState } from "./cipher_state.ts";

/** How long a key of one direction serves. Its life begins with its first message. */
export interface KeyLimits {
  /** Age from which on the initiator wants another. */
  readonly renewAfterMs: number;
  /** Number of messages from which on the initiator wants another. */
  readonly renewAfterMessages: number;
  /** Age beyond which the receiver opens nothing. */
  readonly maxAgeMs: number;
  /** Number of messages beyond which the receiver opens nothing. */
  readonly maxMessages: number;
}

/** The limits of the protocol. */
export const KEY_LIMITS: KeyLimits = {
  renewAfterMs: 120_000,
  renewAfterMessages: 2 ** 20,
  maxAgeMs: 180_000,
  maxMessages: 2 ** 20 + 2 ** 14,
};

/** One direction's cipher, and how far it is used. */
export class LimitedCipher {
  readonly #cipher: CipherState;
  readonly #limits: KeyLimits;
  #bornMs: number | undefined;

  constructor(cipher: CipherState, limits: KeyLimits) {
    this.#cipher = cipher;
    this.#limits = limits;
  }

  /** Seals the next message; see {@linkcode CipherState.seal}. */
  seal(plaintext: Uint8Array, nowMs: number): Promise<Uint8Array> {
    this.#bornMs ??= nowMs;
    return this.#cipher.seal(plaintext);
  }

  /** What the next message holds, or why it was not opened; see {@linkcode CipherState.open}. */
  async open(
    ciphertext: Uint8Array,
    nowMs: number,
  ): Promise<Uint8Array | "not authentic" | "key worn out"> {
    const { maxAgeMs, maxMessages } = this.#limits;
    this.#bornMs ??= nowMs;
    if (this.#cipher.count >= maxMessages || nowMs - this.#bornMs > maxAgeMs) return "key worn out";
    return await this.#cipher.open(ciphertext) ?? "not authentic";
  }

  /** Whether it is time for another key; never for one that is not used. */
  isDue(nowMs: number): boolean {
    const { renewAfterMs, renewAfterMessages } = this.#limits;
    return this.#cipher.count >= renewAfterMessages ||
      (this.#bornMs !== undefined && nowMs - this.#bornMs >= renewAfterMs);
  }
}
