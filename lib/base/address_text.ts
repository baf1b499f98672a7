/**
 * Addresses of packets as text, in ASCII bytes. Each function writes the address at `source[from]` to
 * `bytes[at]`, where there is room, and returns the position after it. None allocates.
 */

/** The longest text of an IPv4 address. */
export const MAX_IPV4_TEXT_BYTES = 15;
/** The longest text of an IPv6 address. */
export const MAX_IPV6_TEXT_BYTES = 39;

const DOT = 0x2e;
const COLON = 0x3a;
const HEX = ascii("0123456789abcdef");
const IPV4_MAPPED = ascii("::ffff:");

/** 4 bytes in dotted decimal. */
export function writeIpv4Text(
  bytes: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
): number {
  for (let i = 0; i < 4; i++) {
    if (i > 0) bytes[at++] = DOT;
    const byte = source[from + i]!;
    if (byte >= 100) bytes[at++] = 0x30 + ((byte / 100) | 0);
    if (byte >= 10) bytes[at++] = 0x30 + (((byte / 10) | 0) % 10);
    bytes[at++] = 0x30 + byte % 10;
  }
  return at;
}

/** 16 bytes as RFC 5952, section 4, has it; an IPv4-mapped address with its IPv4 part as such, section 5. */
export function writeIpv6Text(
  bytes: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
): number {
  // The longest run of zero groups, of several the first: it is what `::` stands for.
  let zerosAt = 8;
  let zeros = 1;
  for (let group = 0; group < 8; group++) {
    let run = 0;
    while (group + run < 8 && isZeroGroup(source, from, group + run)) run++;
    if (run > zeros) {
      zerosAt = group;
      zeros = run;
    }
    group += run;
  }
  if (zerosAt === 0 && zeros === 5 && source[from + 10] === 0xff && source[from + 11] === 0xff) {
    bytes.set(IPV4_MAPPED, at);
    return writeIpv4Text(bytes, at + IPV4_MAPPED.length, source, from + 12);
  }
  for (let group = 0; group < 8; group++) {
    if (group === zerosAt) {
      bytes[at++] = COLON;
      if (group + zeros === 8) bytes[at++] = COLON;
      group += zeros - 1;
      continue;
    }
    if (group > 0) bytes[at++] = COLON;
    const high = source[from + 2 * group]!;
    const low = source[from + 2 * group + 1]!;
    if (high > 0xf) bytes[at++] = HEX[high >> 4]!;
    if (high > 0) bytes[at++] = HEX[high & 0xf]!;
    if (high > 0 || low > 0xf) bytes[at++] = HEX[low >> 4]!;
    bytes[at++] = HEX[low & 0xf]!;
  }
  return at;
}

/** A hardware address of any length as lower-case hex pairs with colons between them. */
export function writeMacText(
  bytes: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
  length: number,
): number {
  for (let i = 0; i < length; i++) {
    if (i > 0) bytes[at++] = COLON;
    const byte = source[from + i]!;
    bytes[at++] = HEX[byte >> 4]!;
    bytes[at++] = HEX[byte & 0xf]!;
  }
  return at;
}

function isZeroGroup(source: Uint8Array, from: number, group: number): boolean {
  return source[from + 2 * group] === 0 && source[from + 2 * group + 1] === 0;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
