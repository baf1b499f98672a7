/**
 * The key of a NaCl box between two parties: HSalsa20 of the X25519 secret that they share. That secret
 * comes from node:crypto, which takes a tenth of tweetnacl's time and answers at once
 * (docs/adr/0009-key-agreement.md).
 */
import { createPublicKey, diffieHellman } from "node:crypto";
import { Buffer } from "node:buffer";
import nacl from "tweetnacl";
import { concat } from "../base/bytes/bytes.ts";
import { KEY_BYTES, keyObject } from "./key.ts";

/** What stands before the 32 bytes of a public key (RFC 8410, section 4). */
const SPKI_PREFIX = Uint8Array.of(
  ...[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00],
);
/** Left out of the package's types. */
const { lowlevel } = nacl as unknown as {
  readonly lowlevel: {
    crypto_core_hsalsa20(
      out: Uint8Array,
      input: Uint8Array,
      key: Uint8Array,
      constant: Uint8Array,
    ): void;
  };
};
/** The constant of Salsa20 for keys of 32 bytes, and the input of `crypto_box_beforenm`. */
const SIGMA = new TextEncoder().encode("expand 32-byte k");
const ZEROS = new Uint8Array(16);

/** The key that two parties share; undefined for a public key of low order, with which all share it. */
export function sharedKey(
  publicKey: Uint8Array,
  privateKey: Uint8Array,
): Uint8Array | undefined {
  const secret = agreeAtOnce(publicKey, privateKey);
  if (!secret) return undefined;
  const key = new Uint8Array(KEY_BYTES);
  lowlevel.crypto_core_hsalsa20(key, ZEROS, secret, SIGMA);
  return key;
}

function agreeAtOnce(publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array | undefined {
  if (publicKey.length !== KEY_BYTES) throw new RangeError(`Keys have ${KEY_BYTES} bytes`);
  const own = keyObject(privateKey);
  const key = Buffer.from(concat([SPKI_PREFIX, publicKey]));
  const theirs = createPublicKey({ key, format: "der", type: "spki" });
  try {
    return diffieHellman({ privateKey: own, publicKey: theirs });
  } catch {
    return undefined; // the secret is zero: of two keys of 32 bytes nothing else can be wrong
  }
}
