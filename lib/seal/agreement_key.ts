/** X25519 (RFC 7748) by Web Crypto: a private key is imported once and used often. */
import { concat } from "../base/bytes/bytes.ts";
import { type KeyPair, PKCS8_PREFIX } from "./key.ts";

/** How much of a public key's SHA-256 its id is. */
export const KEY_ID_BYTES = 4;

/** A key pair ready for key agreement; the private half stays within Web Crypto. */
export interface AgreementKey {
  /** What others may know, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly privateKey: CryptoKey;
}

/** A lasting key pair: whoever connects names it by its id. */
export interface StaticKey extends AgreementKey {
  /** {@linkcode keyIdOf} of the public key. */
  readonly id: Uint8Array;
}

/** Makes a pair ready for use. */
export async function importKeyPair({ publicKey, privateKey }: KeyPair): Promise<AgreementKey> {
  const pkcs8 = concat([PKCS8_PREFIX, privateKey]);
  return {
    publicKey,
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, "X25519", false, ["deriveBits"]),
  };
}

/** Makes a lasting pair ready for use, once for all its handshakes. */
export async function importStaticKey(pair: KeyPair): Promise<StaticKey> {
  return { ...await importKeyPair(pair), id: await keyIdOf(pair.publicKey) };
}

/** The first 4 bytes of the SHA-256 of a public key: names it, and proves nothing. */
export async function keyIdOf(publicKey: Uint8Array): Promise<Uint8Array> {
  const hash = await crypto.subtle.digest("SHA-256", publicKey as BufferSource);
  return new Uint8Array(hash, 0, KEY_ID_BYTES);
}

/**
 * The 32-byte secret that `own` shares with the owner of `theirs`; undefined when that is no public
 * key: of low order (everybody shares a secret with it) or not 32 bytes long.
 */
export async function agree(
  own: AgreementKey,
  theirs: Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    const key = await crypto.subtle.importKey("raw", theirs as BufferSource, "X25519", false, []);
    const algorithm = { name: "X25519", public: key };
    return new Uint8Array(await crypto.subtle.deriveBits(algorithm, own.privateKey, 256));
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** DataError: not a key. OperationError: the secret is zero (RFC 7748, section 6.1). */
function isRefusal(error: unknown): boolean {
  return error instanceof DOMException &&
    (error.name === "DataError" || error.name === "OperationError");
}
