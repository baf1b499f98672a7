/**
 * The one place of this stage that uses `node:crypto`, whose functions answer at once: Web Crypto's
 * answer later, and a packet's bytes are valid during the call only (docs/adr/0005-digest.md).
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";

const GCM_TAG_BYTES = 16;
const SHA256_BYTES = 32;
/** Of SHA-256, in a JA4. */
const JA4_DIGITS = 12;

/** The first 12 hex digits of SHA-256, as JA4 has them. */
export function ja4Hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, JA4_DIGITS);
}

/** MD5 of bytes that come in parts. */
export class BodyHash {
  readonly #hash = createHash("md5");

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** Hex digits; ends the hash. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** HKDF-Extract with SHA-256. RFC 5869, section 2.2. */
export function hkdfExtract(salt: Uint8Array, key: Uint8Array): Uint8Array {
  return createHmac("sha256", salt).update(key).digest();
}

/** HKDF-Expand-Label with SHA-256 and no context, of 32 bytes at most. RFC 8446, section 7.1. */
export function hkdfExpandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  if (length > SHA256_BYTES) throw new RangeError(`${length} bytes are asked for: at most 32 are`);
  const name = new TextEncoder().encode(`tls13 ${label}`);
  const info = Uint8Array.of(0, length, name.length, ...name, 0, 1);
  return createHmac("sha256", secret).update(info).digest().subarray(0, length);
}

/** One block by AES-128, which masks a QUIC header. RFC 9001, section 5.4.3. */
export function aesBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-128-ecb", key, null);
  cipher.setAutoPadding(false);
  const masked = cipher.update(block);
  cipher.final(); // until then it holds memory outside of the heap
  return masked;
}

/** Opens what AES-128-GCM has sealed, its tag at the end; undefined when it is not so. */
export function openAesGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  header: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const tagAt = sealed.length - GCM_TAG_BYTES;
  if (tagAt < 0) return undefined;
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAAD(header);
  decipher.setAuthTag(sealed.subarray(tagAt));
  const opened = decipher.update(sealed.subarray(0, tagAt));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return new Uint8Array(opened.buffer, opened.byteOffset, opened.length);
}
