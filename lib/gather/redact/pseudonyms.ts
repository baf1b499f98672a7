import { createHmac } from "node:crypto";
import type { AddressPseudonyms } from "../../follow/address_pseudonyms.ts";
import { CRYPTO_PAN_KEY_BYTES, CryptoPan } from "./crypto_pan.ts";
import { keptIpBits, keptMacBits } from "./nobodys_address.ts";
import { ResultCache } from "./result_cache.ts";

/** Bits of a hardware address's first byte: it is a group's, it was not given by a vendor. */
const MAC_FLAGS = 3;
const MAC_BYTES = 6;
/** Of base 32, RFC 4648, section 6, as they are written in names. */
const DIGITS = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * What stands in place of addresses: the same for the same, whatever record it is in, in every run, and at
 * every sensor that has the key.
 */
export class Pseudonyms implements AddressPseudonyms, Disposable {
  readonly #ip: CryptoPan;
  readonly #mac: CryptoPan;
  readonly #hashKey: Uint8Array;
  readonly #ipv4 = new ResultCache(4, 14);
  readonly #ipv6 = new ResultCache(16, 12);
  readonly #macs = new ResultCache(MAC_BYTES, 12);

  /** @param key 32 bytes: IP addresses are rewritten with it as every program for Crypto-PAn does. */
  constructor(key: Uint8Array) {
    this.#ip = new CryptoPan(key);
    this.#mac = new CryptoPan(derive(key, "hardware addresses"), true);
    this.#hashKey = derive(key, "names");
  }

  /** Rewrites the IP address `ip[0, length)` in place. */
  ip(ip: Uint8Array, length: 4 | 16): void {
    const kept = keptIpBits(ip, length);
    if (kept === 8 * length) return;
    const cache = length === 4 ? this.#ipv4 : this.#ipv6;
    if (cache.replace(ip)) return;
    this.#ip.rewrite(ip, length, kept);
    cache.keep(ip);
  }

  /**
   * Rewrites the hardware address `mac[0, length)`, of 15 bytes at most, in place: of a vendor's, what is
   * behind the vendor.
   */
  mac(mac: Uint8Array, length: number): void {
    const kept = keptMacBits(mac, length);
    if (kept >= 8 * length) return;
    const isCached = length === MAC_BYTES;
    if (isCached && this.#macs.replace(mac)) return;
    const first = mac[0]!;
    this.#mac.rewrite(mac, length, kept);
    if (length >= MAC_BYTES) mac[0] = (mac[0]! & ~MAC_FLAGS) | (first & MAC_FLAGS);
    if (isCached) this.#macs.keep(mac);
  }

  /** What stands in place of a text, as bytes; 32 of them. */
  hash(text: string): Uint8Array {
    return createHmac("sha256", this.#hashKey).update(text, "latin1").digest();
  }

  /** What stands in place of a text, as so many letters and digits, up to 32. */
  token(text: string, length: number): string {
    const hash = this.hash(text);
    let token = "";
    for (let i = 0; i < length; i++) token += DIGITS[hash[i]! & 0x1f]!;
    return token;
  }

  [Symbol.dispose](): void {
    this.#ip[Symbol.dispose]();
    this.#mac[Symbol.dispose]();
  }
}

/** A key for one purpose. */
function derive(key: Uint8Array, purpose: string): Uint8Array {
  const derived = createHmac("sha256", key).update(`farcap ${purpose}`).digest();
  if (derived.length !== CRYPTO_PAN_KEY_BYTES) throw new TypeError("SHA-256 has 32 bytes");
  return derived;
}
