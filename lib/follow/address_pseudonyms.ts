/** What stands in place of addresses in identifiers that are made of them. */
export interface AddressPseudonyms {
  /** Rewrites the IP address `ip[0, length)` in place. */
  ip(ip: Uint8Array, length: 4 | 16): void;
  /** Rewrites the hardware address `mac[0, length)` in place. */
  mac(mac: Uint8Array, length: number): void;
}
