/**
 * Crypto-PAn: two values that have their first n bits in common have them in common afterwards, and no
 * more. Xu, Fan, Ammar, Moon: "Prefix-Preserving IP Address Anonymization", ICNP 2002; the padding is that
 * of its authors' program.
 */
import { createCipheriv } from "node:crypto";

/** Half of it is a key of AES-128, half makes the padding. */
export const CRYPTO_PAN_KEY_BYTES = 32;
const BLOCK_BYTES = 16;

/**
 * Rewrites values of up to 16 bytes under one key. The same value becomes the same, in any run. What disposes
 * of it ends the cipher, a resource of the runtime.
 */
export class CryptoPan implements Disposable {
  readonly #cipher: ReturnType<typeof createCipheriv>;
  readonly #padding: Uint8Array;
  readonly #isNumbered: boolean;
  readonly #blocks = new Uint8Array(8 * BLOCK_BYTES * BLOCK_BYTES);

  /**
   * @param key {@linkcode CRYPTO_PAN_KEY_BYTES}.
   * @param isNumbered For values of less than 16 bytes that no other program rewrites: each block has the
   *   number of its bit at its end, in place of the padding. With that, a bit and the next are turned round
   *   alike wherever the value is as the padding.
   */
  constructor(key: Uint8Array, isNumbered = false) {
    this.#isNumbered = isNumbered;
    if (key.length !== CRYPTO_PAN_KEY_BYTES) {
      throw new RangeError(
        `A key of Crypto-PAn has ${CRYPTO_PAN_KEY_BYTES} bytes, not ${key.length}`,
      );
    }
    this.#cipher = createCipheriv("aes-128-ecb", key.subarray(0, BLOCK_BYTES), null);
    this.#cipher.setAutoPadding(false);
    this.#padding = isNumbered
      ? new Uint8Array(BLOCK_BYTES)
      : new Uint8Array(this.#cipher.update(key.subarray(BLOCK_BYTES)));
  }

  /**
   * Rewrites `value[0, length)` in place: bit i is turned round or not as the bits before it say, one block
   * of AES for each.
   *
   * @param kept So many of the first bits stay as they are.
   */
  rewrite(value: Uint8Array, length: number, kept = 0): void {
    const bits = 8 * length;
    const blocks = this.#blocks;
    for (let bit = kept; bit < bits; bit++) {
      const at = (bit - kept) * BLOCK_BYTES;
      const whole = bit >> 3;
      blocks.set(this.#padding, at);
      for (let i = 0; i < whole; i++) blocks[at + i] = value[i]!;
      const ofPadding = 0xff >> (bit & 7);
      blocks[at + whole] = (value[whole]! & ~ofPadding) | (blocks[at + whole]! & ofPadding);
      if (this.#isNumbered) blocks[at + BLOCK_BYTES - 1] = bit;
    }
    const turned = this.#cipher.update(blocks.subarray(0, (bits - kept) * BLOCK_BYTES));
    for (let bit = kept; bit < bits; bit++) {
      value[bit >> 3]! ^= (turned[(bit - kept) * BLOCK_BYTES]! & 0x80) >> (bit & 7);
    }
  }

  [Symbol.dispose](): void {
    this.#cipher.final();
  }
}
