import { concat } from "../base/bytes/bytes.ts";

/** What stands in place of addresses in identifiers that are made of them. */
export interface AddressPseudonyms {
  /** Rewrites the IP address `ip[0, length)` in place. */
  ip(ip: Uint8Array, length: 4 | 16): void;
  /** Rewrites the hardware address `mac[0, length)` in place. */
  mac(mac: Uint8Array, length: number): void;
}

/** A pair of addresses with pseudonyms in their places: source, then destination, in a new array. */
export function rewrittenPair(
  bytes: Uint8Array,
  [srcAt, srcBytes]: readonly [number, number],
  [dstAt, dstBytes]: readonly [number, number],
  rewrite: (address: Uint8Array) => void,
): Uint8Array {
  const src = bytes.slice(srcAt, srcAt + srcBytes);
  const dst = bytes.slice(dstAt, dstAt + dstBytes);
  rewrite(src);
  rewrite(dst);
  return concat([src, dst]);
}
