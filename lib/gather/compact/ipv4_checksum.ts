import { u16 } from "../../base/bytes/bytes.ts";

/** The checksum that an IPv4 header of 20 bytes has to have. RFC 791, section 3.1; RFC 1071. */
export function ipv4Checksum(bytes: Uint8Array, at: number): number {
  let sum = -u16(bytes, at + 10);
  for (let i = at; i < at + 20; i += 2) sum += u16(bytes, i);
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
