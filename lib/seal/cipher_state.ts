/** Length of the tag that sealing adds. */
export const TAG_BYTES = 16;
/** Length of a key of AES-256. */
export const CIPHER_KEY_BYTES = 32;

const NONCE_BYTES = 12;
const NOTHING = new Uint8Array(0);

/**
 * Noise's CipherState with AES-256-GCM (revision 34, sections 5.1 and 12.4): one direction's key and
 * the number of its next message. Messages are numbered when {@linkcode seal} or {@linkcode open} is
 * called, before either waits for anything, so many may be under way and no nonce is used twice.
 */
export class CipherState {
  readonly #key: CryptoKey;
  #count = 0;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** A state of 32 key bytes, which are copied. */
  static async of(key: Uint8Array): Promise<CipherState> {
    const usages: KeyUsage[] = ["encrypt", "decrypt"];
    return new CipherState(
      await crypto.subtle.importKey("raw", key as BufferSource, "AES-GCM", false, usages),
    );
  }

  /** How many messages this key has sealed or was given to open. */
  get count(): number {
    return this.#count;
  }

  /** The next message: ciphertext, then the tag. */
  async seal(plaintext: Uint8Array, associated: Uint8Array = NOTHING): Promise<Uint8Array> {
    return new Uint8Array(
      await crypto.subtle.encrypt(this.#next(associated), this.#key, plaintext as BufferSource),
    );
  }

  /**
   * What the next message holds; undefined when it is not the one that the other side sealed next.
   * It is counted even so (Noise would try again): a stream is at its end then.
   */
  async open(
    ciphertext: Uint8Array,
    associated: Uint8Array = NOTHING,
  ): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(
        await crypto.subtle.decrypt(this.#next(associated), this.#key, ciphertext as BufferSource),
      );
    } catch (error) {
      if (error instanceof DOMException && error.name === "OperationError") return undefined;
      throw error;
    }
  }

  /** The nonce is 4 zero bytes, then the number of the message as 8 bytes, big-endian. */
  #next(associated: Uint8Array): AesGcmParams {
    const iv = new Uint8Array(NONCE_BYTES);
    new DataView(iv.buffer).setBigUint64(4, BigInt(this.#count++));
    return { name: "AES-GCM", iv, additionalData: associated as BufferSource };
  }
}
