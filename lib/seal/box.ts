/**
 * NaCl `crypto_box`: X25519, XSalsa20, Poly1305. A box is the 16-byte tag, then the ciphertext.
 * The shared key is computed once a peer; it costs several times what a box costs.
 */
import nacl from "tweetnacl";
import { encodeHex } from "../base/bytes/bytes.ts";
import { sharedKey } from "./shared_key.ts";

/** Length of a nonce; a new random one for every box. */
export const NONCE_BYTES = nacl.box.nonceLength;
/** What a box adds to its content. */
export const BOX_OVERHEAD_BYTES = nacl.box.overheadLength;

/** The box of `content` for whoever shares `key`; never use a nonce twice. */
export function sealBox(content: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
  return nacl.box.after(content, nonce, key);
}

/** Opens boxes of many senders; the keys that those seen last share with ours are kept (LRU). */
export class BoxOpener {
  #privateKeys: readonly Uint8Array[];
  readonly #maxSenders: number;
  /** By hex of the sender's key, one for each private key; the sender seen longest ago comes first. */
  readonly #shared = new Map<string, readonly Uint8Array[]>();

  /** @param maxSenders Of how many shared keys are kept. */
  constructor(privateKey: Uint8Array, maxSenders = 4096) {
    this.#privateKeys = [privateKey];
    this.#maxSenders = maxSenders;
  }

  /** Boxes for any of these are opened from now on. */
  setKeys(privateKeys: readonly Uint8Array[]): void {
    this.#privateKeys = privateKeys;
    this.#shared.clear();
  }

  /** Whether the sender has sent something valid lately: what it sends costs no key agreement. */
  knows(publicKey: Uint8Array): boolean {
    return this.#shared.has(encodeHex(publicKey));
  }

  /** The content of a box; undefined when it was not made for this key by the owner of `publicKey`. */
  open(box: Uint8Array, nonce: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
    const sender = encodeHex(publicKey);
    const keys = this.#shared.get(sender) ??
      this.#privateKeys.map((each) => sharedKey(publicKey, each)).filter((key) =>
        key !== undefined
      );
    const content = openWithAny(box, nonce, keys);
    if (!content) return undefined;
    // Only who has sent something valid is kept, so that a flood of made-up keys displaces nobody.
    this.#shared.delete(sender);
    this.#shared.set(sender, keys);
    if (this.#shared.size > this.#maxSenders) {
      this.#shared.delete(this.#shared.keys().next().value!);
    }
    return content;
  }
}

function openWithAny(
  box: Uint8Array,
  nonce: Uint8Array,
  keys: readonly Uint8Array[],
): Uint8Array | undefined {
  for (const key of keys) {
    const content = nacl.box.open.after(box, nonce, key);
    if (content) return content;
  }
  return undefined;
}
