/** Network addresses out of their text, without allocating. */
import { hexDigit } from "../bytes/hex_digit.ts";

const DOT = 0x2e;
const COLON = 0x3a;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;

/**
 * Reads the address that the ASCII text `text[from, to)` is: IPv4 in dotted decimal, or IPv6 as RFC
 * 4291, section 2.2, has it.
 *
 * @param out Gets the address, from its first byte on; 16 bytes.
 * @returns How many bytes the address has, 4 or 16; 0 when it is none.
 */
export function parseIp(text: Uint8Array, from: number, to: number, out: Uint8Array): 0 | 4 | 16 {
  for (let at = from; at < to && at < from + 5; at++) {
    if (text[at] === DOT) return parseIpv4(text, from, to, out, 0) ? IPV4_BYTES : 0;
    if (text[at] === COLON) return parseIpv6(text, from, to, out) ? IPV6_BYTES : 0;
  }
  return 0;
}

function parseIpv4(
  text: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
  outAt: number,
): boolean {
  let at = from;
  for (let part = 0; part < IPV4_BYTES; part++) {
    if (part > 0 && (at >= to || text[at++] !== DOT)) return false;
    const begin = at;
    let value = 0;
    while (at < to && at - begin < 3 && isDigit(text[at]!)) value = value * 10 + text[at++]! - 0x30;
    if (at === begin || value > 255 || (at - begin > 1 && text[begin] === 0x30)) return false;
    out[outAt + part] = value;
  }
  return at === to;
}

function parseIpv6(text: Uint8Array, from: number, to: number, out: Uint8Array): boolean {
  let at = from;
  let filled = 0;
  /** Where `::` stands, in bytes of the address. */
  let gapAt = -1;
  if (text[at] === COLON) {
    if (to - at < 2 || text[at + 1] !== COLON) return false;
    gapAt = 0;
    at += 2;
  }
  while (at < to) {
    if (filled === IPV6_BYTES) return false;
    const begin = at;
    let value = 0;
    for (let digit; at < to && at - begin < 4 && (digit = hexDigit(text[at]!)) >= 0; at++) {
      value = value * 16 + digit;
    }
    if (at === begin) return false;
    if (at < to && text[at] === DOT) { // the last four bytes as IPv4
      if (filled > IPV6_BYTES - IPV4_BYTES || !parseIpv4(text, begin, to, out, filled)) {
        return false;
      }
      filled += IPV4_BYTES;
      break;
    }
    out[filled++] = value >> 8;
    out[filled++] = value & 0xff;
    if (at === to) break;
    if (text[at++] !== COLON || at === to) return false;
    if (text[at] === COLON) {
      if (gapAt >= 0) return false;
      gapAt = filled;
      at++;
    }
  }
  if (gapAt < 0) return filled === IPV6_BYTES;
  if (filled > IPV6_BYTES - 2) return false;
  out.copyWithin(IPV6_BYTES - (filled - gapAt), gapAt, filled);
  out.fill(0, gapAt, IPV6_BYTES - (filled - gapAt));
  return true;
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}
