/** Options of DHCPv6 (RFC 8415, section 21), with those within them. */
import { u16 } from "../../base/bytes/bytes.ts";
import { type InPlace, ipv6s, keep, mac } from "./layout.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

const HEADER_BYTES = 4;
const ETHERNET = 1;
/** Kinds of unique identifiers that are made of a hardware address. RFC 8415, section 11. */
const BY_ADDRESS_AND_TIME = 1;
const BY_ADDRESS = 3;

/** By code. */
export const DHCPV6_OPTIONS: Readonly<Record<number, InPlace>> = {
  1: identifier,
  2: identifier,
  3: association(12),
  4: association(4),
  5: nested(24, (bytes, pseudonyms) => pseudonyms.ip(bytes.subarray(0, 16), 16)),
  6: keep, // requested options
  7: keep, // preference
  8: keep, // elapsed time
  12: ipv6s(),
  14: keep, // rapid commit
  19: keep, // reconfigure message
  20: keep, // reconfigure accept
  22: ipv6s(),
  23: ipv6s(),
  25: association(12),
  26: nested(25, (bytes, pseudonyms) => pseudonyms.ip(bytes.subarray(9, 25), 16)),
  27: ipv6s(),
  28: ipv6s(),
  31: ipv6s(),
  32: keep, // refresh time
  82: keep, // longest time of solicitations
  83: keep, // longest time of requests
};

/** Of a client or server: its hardware address stays one, the time at which the identifier was made goes. */
function identifier(bytes: Uint8Array, pseudonyms: Pseudonyms): boolean {
  if (bytes.length < HEADER_BYTES || u16(bytes, 2) !== ETHERNET) return false;
  switch (u16(bytes, 0)) {
    case BY_ADDRESS_AND_TIME:
      bytes.fill(0, 4, 8);
      return mac(8)(bytes, pseudonyms);
    case BY_ADDRESS:
      return mac(4)(bytes, pseudonyms);
    default:
      return false;
  }
}

/** Addresses or prefixes of one interface, whose number many make of its hardware address. */
function association(fixedBytes: number): InPlace {
  return nested(fixedBytes, (bytes) => bytes.fill(0, 0, 4));
}

/** Fixed fields, then options: of those that are not known, zeros are left. */
function nested(
  fixedBytes: number,
  rewrite: (bytes: Uint8Array, pseudonyms: Pseudonyms) => void,
): InPlace {
  return (bytes, pseudonyms) => {
    if (bytes.length < fixedBytes) return false;
    rewrite(bytes, pseudonyms);
    for (let at = fixedBytes; at < bytes.length;) {
      if (at + HEADER_BYTES > bytes.length) return false;
      const end = at + HEADER_BYTES + u16(bytes, at + 2);
      if (end > bytes.length) return false;
      const data = bytes.subarray(at + HEADER_BYTES, end);
      if (!DHCPV6_OPTIONS[u16(bytes, at)]?.(data, pseudonyms)) data.fill(0);
      at = end;
    }
    return true;
  };
}
