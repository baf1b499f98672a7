import { concat, encodeHex } from "../base/bytes/bytes.ts";
import { digestOf } from "../pack/digest.ts";
import { type Address, formatAddress } from "./address.ts";

/**
 * The order in which a sensor tries collectors: another one for each key, so that many sensors with the
 * same list share them, and those of one that fails go to all others.
 */
export function ownOrder(
  addresses: readonly [Address, ...Address[]],
  publicKey: Uint8Array,
): [Address, ...Address[]] {
  const text = new TextEncoder();
  const rankOf = (address: Address) =>
    encodeHex(digestOf(concat([publicKey, text.encode(formatAddress(address))])));
  const ranked = addresses.map((address) => [rankOf(address), address] as const);
  return ranked.sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, address]) => address) as [Address, ...Address[]];
}
