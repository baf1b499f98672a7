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
/** By byte: two hex digits. */
const HEX_PAIRS = Uint8Array.from(
  { length: 512 },
  (_, at) => HEX[(at & 1) === 0 ? at >> 5 : (at >> 1) & 0xf]!,
);
/** By byte: its decimal digits, and in the fourth place how many. */
const DECIMALS = Uint8Array.from({ length: 1024 }, (_, at) => {
  const digits = String(at >> 2);
  return (at & 3) === 3 ? digits.length : digits.charCodeAt(at & 3);
});
const IPV4_MAPPED = ascii("::ffff:");

/**
 * 4 bytes in dotted decimal. Takes {@linkcode MAX_IPV4_TEXT_BYTES} of room: what stands there behind a shorter text
 * may be overwritten.
 */
export function writeIpv4Text(
  bytes: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
): number {
  for (let i = 0; i < 4; i++) {
    if (i > 0) bytes[at++] = DOT;
    const decimal = 4 * source[from + i]!;
    bytes[at] = DECIMALS[decimal]!;
    bytes[at + 1] = DECIMALS[decimal + 1]!;
    bytes[at + 2] = DECIMALS[decimal + 2]!;
    at += DECIMALS[decimal + 3]!;
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
    const pair = 2 * source[from + i]!;
    bytes[at++] = HEX_PAIRS[pair]!;
    bytes[at++] = HEX_PAIRS[pair + 1]!;
  }
  return at;
}

function isZeroGroup(source: Uint8Array, from: number, group: number): boolean {
  return source[from + 2 * group] === 0 && source[from + 2 * group + 1] === 0;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
