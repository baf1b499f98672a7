/**
 * What only the owner of a key can read, and whoever wrote it cannot any more: the key of a message is
 * agreed on between a key pair that is made for it and the reader's lasting one.
 *
 * `key id, 4 bytes ‖ public key made for it, 32 bytes ‖ AES-256-GCM ciphertext ‖ tag, 16 bytes`; its key
 * is HKDF-SHA256 (RFC 5869) of the agreed secret (RFC 7748), with `public key made for it ‖ reader's
 * public key` as the salt, and its nonce is zero, since no key is used twice.
 */
import { concat, equalBytes } from "../base/bytes/bytes.ts";
import {
  agree,
  type AgreementKey,
  KEY_ID_BYTES,
  keyIdOf,
  type StaticKey,
} from "./agreement_key.ts";
import { CIPHER_KEY_BYTES, CipherState, TAG_BYTES } from "./cipher_state.ts";
import { KEY_BYTES } from "./key.ts";

/** By how much a sealed body is longer than what it holds. */
export const SEAL_BYTES = KEY_ID_BYTES + KEY_BYTES + TAG_BYTES;

const HEAD_BYTES = KEY_ID_BYTES + KEY_BYTES;
const INFO = new TextEncoder().encode("farcap sealed batch");

/**
 * Seals `content` for the owner of a public key; undefined when that is of low order. Without the private
 * half of `ephemeral` nobody but that owner can open it.
 *
 * ```ts
 * import { importStaticKey } from "./agreement_key.ts";
 * import { newAgreementKey } from "./agreement_key_io.ts";
 * import { newKeyPair } from "./key_file_io.ts";
 * import { sealBody, SealedBodyOpener } from "./sealed_body.ts";
 *
 * const reader = newKeyPair();
 * const [content, associated] = [Uint8Array.of(1, 2, 3), Uint8Array.of(9)];
 * const sealed = await sealBody(reader.publicKey, await newAgreementKey(), content, associated);
 * const opener = new SealedBodyOpener([await importStaticKey(reader)]);
 * console.log(await opener.open(sealed!, associated)); // 1, 2, 3
 * ```
 *
 * @param ephemeral Made for this call.
 * @param associated What stands in clear beside it, and opens it no more when it is changed.
 */
export async function sealBody(
  publicKey: Uint8Array,
  ephemeral: AgreementKey,
  content: Uint8Array,
  associated: Uint8Array,
): Promise<Uint8Array | undefined> {
  const secret = await agree(ephemeral, publicKey);
  if (!secret) return undefined;
  const cipher = await cipherOf(secret, ephemeral.publicKey, publicKey);
  const ciphertext = await cipher.seal(content, associated);
  return concat([await keyIdOf(publicKey), ephemeral.publicKey, ciphertext]);
}

/** Opens what was sealed for one of several keys. */
export class SealedBodyOpener {
  /** Ids of the keys, one behind the other. */
  readonly keyIds: Uint8Array;
  readonly #keys: readonly StaticKey[];

  constructor(keys: readonly StaticKey[]) {
    this.#keys = keys;
    this.keyIds = concat(keys.map(({ id }) => id));
  }

  /** What it holds; undefined when it was sealed for none of the keys, or is not as it was sealed. */
  async open(sealed: Uint8Array, associated: Uint8Array): Promise<Uint8Array | undefined> {
    if (sealed.length < SEAL_BYTES) return undefined;
    const id = sealed.subarray(0, KEY_ID_BYTES);
    const ephemeral = sealed.subarray(KEY_ID_BYTES, HEAD_BYTES);
    for (const key of this.#keys) {
      if (!equalBytes(key.id, id)) continue;
      const secret = await agree(key, ephemeral);
      if (!secret) return undefined;
      const cipher = await cipherOf(secret, ephemeral, key.publicKey);
      const content = await cipher.open(sealed.subarray(HEAD_BYTES), associated);
      if (content) return content;
    }
    return undefined;
  }
}

/** Whether a body is sealed for one of the keys with these ids, which stand one behind the other. */
export function isSealedFor(keyIds: Uint8Array | undefined, sealed: Uint8Array): boolean {
  const id = sealed.subarray(0, KEY_ID_BYTES);
  for (let at = 0; keyIds && at < keyIds.length; at += KEY_ID_BYTES) {
    if (equalBytes(keyIds.subarray(at, at + KEY_ID_BYTES), id)) return true;
  }
  return false;
}

/** The cipher of one message, which is the first of its key: so its nonce is zero. */
async function cipherOf(
  secret: Uint8Array,
  ephemeral: Uint8Array,
  reader: Uint8Array,
): Promise<CipherState> {
  const input = secret as BufferSource;
  const key = await crypto.subtle.importKey("raw", input, "HKDF", false, ["deriveBits"]);
  const salt = concat([ephemeral, reader]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt, info: INFO };
  const bits = await crypto.subtle.deriveBits(algorithm, key, 8 * CIPHER_KEY_BYTES);
  return await CipherState.of(new Uint8Array(bits));
}
