import type { Pseudonyms } from "./pseudonyms.ts";

/**
 * Rewrites the addresses in bytes of a known form in place; false when they do not have it. `name` and `text`
 * are for bytes that are such.
 */
export type Layout = "name" | "text" | InPlace;
export type InPlace = (bytes: Uint8Array, pseudonyms: Pseudonyms) => boolean;

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const MAC_BYTES = 6;

/** Bytes that hold no address, and nothing else of somebody. */
export function keep(): boolean {
  return true;
}

/** IPv4 addresses from `from` on. */
export function ipv4s(from = 0): InPlace {
  return (bytes, pseudonyms) => addresses(bytes, from, IPV4_BYTES, pseudonyms);
}

/** IPv6 addresses from `from` on. */
export function ipv6s(from = 0): InPlace {
  return (bytes, pseudonyms) => addresses(bytes, from, IPV6_BYTES, pseudonyms);
}

/** A hardware address of 6 bytes at `from`; no more than zeros behind it. */
export function mac(from = 0): InPlace {
  return (bytes, pseudonyms) => {
    if (bytes.length < from + MAC_BYTES) return false;
    if (bytes.subarray(from + MAC_BYTES).some((byte) => byte !== 0)) return false;
    pseudonyms.mac(bytes.subarray(from, from + MAC_BYTES), MAC_BYTES);
    return true;
  };
}

/** The first bytes of an IPv6 address at `from`, of which the number of bits at `lengthAt` counts. */
export function prefix(lengthAt: number, from: number): InPlace {
  return (bytes, pseudonyms) => {
    const held = bytes.length - from;
    if (held < 0 || held > IPV6_BYTES) return false;
    const ip = new Uint8Array(IPV6_BYTES);
    ip.set(bytes.subarray(from));
    pseudonyms.ip(ip, IPV6_BYTES);
    for (let i = 0; i < held; i++) {
      const bits = Math.min(8, Math.max(0, bytes[lengthAt]! - 8 * i));
      bytes[from + i] = ip[i]! & (0xff00 >> bits);
    }
    return true;
  };
}

function addresses(
  bytes: Uint8Array,
  from: number,
  length: 4 | 16,
  pseudonyms: Pseudonyms,
): boolean {
  if (bytes.length < from || (bytes.length - from) % length !== 0) return false;
  for (let at = from; at < bytes.length; at += length) {
    pseudonyms.ip(bytes.subarray(at, at + length), length);
  }
  return true;
}
