/**
 * Addresses that name nobody: no host, no device. They stay as they are, so that records can be read, and
 * since everybody would know them: what stands in their place would tell how others are rewritten.
 */
import { u24, u32 } from "../../base/bytes/bytes.ts";

const MAC_BYTES = 6;
const VENDOR_BITS = 24;

/** How many of an address's first bits stay: all, those that make it one of a group, or none. */
export function keptIpBits(ip: Uint8Array, length: 4 | 16): number {
  return length === 4 ? keptIpv4Bits(ip) : keptIpv6Bits(ip);
}

function keptIpv4Bits(ip: Uint8Array): number {
  const [first, second, third] = [ip[0]!, ip[1]!, ip[2]!];
  if (first === 0 || first === 127) return 32; // this network, and area identifiers; loopback
  if (first < 224) return 0;
  // Local and internetwork control, RFC 5771, sections 4 and 5; SSDP. Others may have addresses in them.
  if (first === 224 && second === 0 && third <= 1) return 32;
  if (u32(ip, 0) === 0xeffffffa) return 32;
  return isMask(u32(ip, 0)) ? 32 : 4;
}

/** Whether all ones are at the beginning. */
function isMask(ip: number): boolean {
  const rest = ~ip >>> 0;
  return (rest & (rest + 1)) === 0;
}

function keptIpv6Bits(ip: Uint8Array): number {
  const from = ip[0] === 0xff ? 2 : 0;
  let at = from;
  while (at < 15 && ip[at] === 0) at++;
  if (from === 0) return at === 15 && ip[15]! <= 1 ? 128 : 0; // unspecified, loopback
  const isPermanent = ip[1]! < 0x10;
  if (isPermanent && (at >= 14 || (at === 13 && ip[13] === 1))) return 128;
  // Solicited nodes' (RFC 4291, section 2.7.1) have the last bits of an address.
  return isPermanent && at === 11 && ip[11] === 1 && ip[12] === 0xff ? 104 : 16;
}

/** How many of a hardware address's first bits stay: all, those of its vendor, or none. */
export function keptMacBits(mac: Uint8Array, length: number): number {
  if (length !== MAC_BYTES) return length === 8 && !isLocal(mac) ? VENDOR_BITS : 0;
  if ((mac[0]! & 1) !== 0) return keptGroupBits(mac);
  if (mac.every((byte, at) => byte === 0 || at >= MAC_BYTES)) return 48; // not known
  return isLocal(mac) ? 0 : VENDOR_BITS;
}

/** Whether no vendor gave it, so that no part of it is one's. */
function isLocal(mac: Uint8Array): boolean {
  return (mac[0]! & 2) !== 0;
}

/** Groups that everybody has: those of standards and of Cisco, and those of groups of IP that stay. */
function keptGroupBits(mac: Uint8Array): number {
  const vendor = u24(mac, 0);
  const number = u24(mac, 3);
  switch (vendor) {
    case 0xffffff:
      return number === 0xffffff ? 48 : 0;
    case 0x0180c2: // IEEE 802
      return 48;
    case 0x01000c:
      return number === 0xcccccc || number === 0xcccccd || number === 0xcdcdcd ? 48 : VENDOR_BITS;
    case 0x01005e: // RFC 1112, section 6.4
      return number <= 0x0001ff || number === 0x7ffffa ? 48 : VENDOR_BITS;
    case 0x333300: // RFC 2464, section 7
      return number <= 0x01ffff ? 48 : 16;
    case 0x3333ff:
      return VENDOR_BITS;
    default:
      return vendor >>> 8 === 0x3333 ? 16 : isLocal(mac) ? 0 : VENDOR_BITS;
  }
}
