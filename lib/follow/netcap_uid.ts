/**
 * The original's identifier of a connection, the same for both directions: hashes of the outermost
 * link, network and transport addresses. FNV-1a of 64 bits, in halves of 32.
 */
import { md5 } from "./md5.ts";

/** Kinds of addresses, as gopacket numbers them. */
export const Endpoint = {
  Ipv4: 1,
  Ipv6: 2,
  Mac: 3,
  TcpPort: 4,
  UdpPort: 5,
  SctpPort: 6,
  UdpLitePort: 8,
} as const;

const PRIME_LOW = 0x1b3;
/** The prime is 2^40 + 0x1b3. */
const PRIME_SHIFT = 8;

/** Hashes a pair of addresses into `words[to]`, low half first. */
export function hashPair(
  words: Int32Array,
  to: number,
  kind: number,
  bytes: Uint8Array,
  srcAt: number,
  srcBytes: number,
  dstAt: number,
  dstBytes: number,
): void {
  fnv1a(bytes, srcAt, srcBytes);
  const [low, high] = [LOW, HIGH];
  fnv1a(bytes, dstAt, dstBytes);
  const sum = low + LOW;
  HIGH = (high + HIGH + (sum > 0xffffffff ? 1 : 0)) >>> 0;
  LOW = ((sum >>> 0) ^ kind) >>> 0;
  multiply();
  words[to] = LOW;
  words[to + 1] = HIGH;
}

/** The identifier of three hashes as {@linkcode hashPair} makes them; 0 for what there is none of. */
export function netcapUid(words: Int32Array, at: number): string {
  let end = 0;
  for (let i = 0; i < 6; i += 2) end = putDecimal(words[at + i + 1]!, words[at + i]!, end);
  return md5(DIGITS, end).toHex();
}

/** Of a number of 64 bits. */
const MAX_DIGITS = 20;
const DIGITS = new Uint8Array(3 * MAX_DIGITS);
const LIMBS = new Uint16Array(4);
/** What is divided by at once: a remainder with 16 bits behind it has less than 31. */
const STEP = 10_000;
const STEP_DIGITS = 4;
const ZERO = 0x30;

/**
 * Writes a number of 64 bits in decimal digits to `DIGITS[at]`; returns where they end. Not by way of a
 * text, of which `TextEncoder` makes an array outside of V8's heap, one for each connection.
 */
function putDecimal(high: number, low: number, at: number): number {
  LIMBS[0] = high >>> 16;
  LIMBS[1] = high;
  LIMBS[2] = low >>> 16;
  LIMBS[3] = low;
  for (let left = MAX_DIGITS; left > 0; left -= STEP_DIGITS) {
    let rest = 0;
    for (let i = 0; i < LIMBS.length; i++) {
      const divided = rest * 0x10000 + LIMBS[i]!;
      LIMBS[i] = divided / STEP;
      rest = divided % STEP;
    }
    for (let i = 1; i <= STEP_DIGITS; i++) {
      DIGITS[at + left - i] = ZERO + rest % 10;
      rest = (rest / 10) | 0;
    }
  }
  let from = at;
  while (from < at + MAX_DIGITS - 1 && DIGITS[from] === ZERO) from++;
  DIGITS.copyWithin(at, from, at + MAX_DIGITS);
  return at + MAX_DIGITS - (from - at);
}

let LOW = 0;
let HIGH = 0;

function fnv1a(bytes: Uint8Array, at: number, length: number): void {
  LOW = 0x84222325;
  HIGH = 0xcbf29ce4;
  for (let i = at; i < at + length; i++) {
    LOW = (LOW ^ bytes[i]!) >>> 0;
    multiply();
  }
}

function multiply(): void {
  const lower = (LOW & 0xffff) * PRIME_LOW;
  const upper = (LOW >>> 16) * PRIME_LOW + (lower >>> 16);
  HIGH = (Math.imul(HIGH, PRIME_LOW) + (upper >>> 16) + (LOW << PRIME_SHIFT)) >>> 0;
  LOW = (((upper & 0xffff) << 16) | (lower & 0xffff)) >>> 0;
}
