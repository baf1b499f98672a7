import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { Buffer } from "node:buffer";
import { concat, encodeHex, parseHex } from "../base/bytes/bytes.ts";

/** Length of X25519 keys, public and private. */
export const KEY_BYTES = 32;

/** PKCS #8 (RFC 5958) of an X25519 private key (RFC 8410, section 7) before its 32 bytes. */
export const PKCS8_PREFIX = Uint8Array.of(
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22],
  ...[0x04, 0x20],
);

/** An X25519 key pair. */
export interface KeyPair {
  /** What others may know, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** What nobody else may know, 32 bytes. */
  readonly privateKey: Uint8Array;
}

/**
 * The pair of a private key, RFC 7748 section 6.1. By `node:crypto`: with tweetnacl the first of a
 * program takes 10 ms.
 *
 * ```ts
 * import { keyPairOf } from "@farcap/farcap/transport";
 *
 * const { publicKey } = keyPairOf(new Uint8Array(32).fill(7));
 * if (publicKey.length !== 32) throw new Error("32 bytes");
 * ```
 *
 * @throws RangeError When it is not 32 bytes long.
 */
export function keyPairOf(privateKey: Uint8Array): KeyPair {
  const spki = createPublicKey(keyObject(privateKey)).export({ format: "der", type: "spki" });
  return { privateKey, publicKey: Uint8Array.from(spki.subarray(-KEY_BYTES)) };
}

/** A private key as `node:crypto` has it. @throws RangeError When it is not 32 bytes long. */
export function keyObject(privateKey: Uint8Array): KeyObject {
  if (privateKey.length !== KEY_BYTES) throw new RangeError(`Keys have ${KEY_BYTES} bytes`);
  const key = Buffer.from(concat([PKCS8_PREFIX, privateKey]));
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

/** Hex digits of a key that stand for a name. */
const SHORT_DIGITS = 8;

/** The name of an owner who has no other: the first 8 hex digits of the public key. */
export function nameOfKey(publicKey: Uint8Array): string {
  return encodeHex(publicKey).slice(0, SHORT_DIGITS);
}

/**
 * The key that `text` holds: 64 hex digits of either case, one line end after them allowed. Anything
 * else is refused with the reason, fit for the end of a sentence.
 *
 * ```ts
 * import { parseKey } from "@farcap/farcap/transport";
 *
 * if (!("key" in parseKey("0".repeat(64)))) throw new Error("64 digits are a key");
 * if (!("reason" in parseKey("0x" + "0".repeat(62)))) throw new Error("x is no digit");
 * ```
 */
export function parseKey(
  text: string,
): { readonly key: Uint8Array<ArrayBuffer> } | { readonly reason: string } {
  const digits = text.replace(/\r?\n$/, "");
  const other = digits.search(/[^0-9a-fA-F]/);
  if (other >= 0) {
    return { reason: `character ${other + 1} is not a hex digit; wanted: 64 hex digits` };
  }
  if (digits.length !== 2 * KEY_BYTES) {
    return { reason: `it has ${digits.length} hex digits; wanted: 64` };
  }
  return { key: parseHex(digits)! };
}
