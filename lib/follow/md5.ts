/**
 * MD5 (RFC 1321), of which the original's identifiers, JA3 and HASSH are made: no guard against anybody.
 * Not by `node:crypto`: a `Hash` of it holds memory that V8 knows nothing of until a collection, 60 MiB
 * where connections come at full speed, and takes several times as long for so few bytes. `@noble/hashes`
 * holds none, but takes 3 µs more for the two hashes of a connection, which costs 9 µs in all.
 */
import { LastBlocks } from "./last_blocks.ts";

const BLOCK_BYTES = 64;
const MD5_BYTES = 16;
/** How far each step turns, by round. Section 3.4. */
const TURNS = Uint8Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);
/** The sines of 1 to 64, as the section has them. */
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.abs(Math.sin(i + 1)) * 2 ** 32 | 0);
const LAST = new LastBlocks(true);
const WORDS = new Int32Array(16);
const STATE = new Int32Array(4);
const DIGEST = new Uint8Array(MD5_BYTES);

/** MD5 of `bytes[0, length)`, 16 bytes; valid until the next call. */
export function md5(bytes: Uint8Array, length: number): Uint8Array {
  STATE[0] = 0x67452301;
  STATE[1] = 0xefcdab89;
  STATE[2] = 0x98badcfe;
  STATE[3] = 0x10325476;
  const wholeEnd = length - length % BLOCK_BYTES;
  for (let at = 0; at < wholeEnd; at += BLOCK_BYTES) takeBlock(bytes, at);
  const end = LAST.take(bytes, wholeEnd, length);
  for (let at = 0; at < end; at += BLOCK_BYTES) takeBlock(LAST.bytes, at);
  for (let i = 0; i < MD5_BYTES; i++) DIGEST[i] = STATE[i >> 2]! >>> (8 * (i & 3));
  return DIGEST;
}

/** MD5 of a text in UTF-8, in hex digits. */
export function md5Hex(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return md5(bytes, bytes.length).toHex();
}

function takeBlock(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const from = at + 4 * i;
    WORDS[i] = bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) |
      (bytes[from + 3]! << 24);
  }
  let a = STATE[0]!;
  let b = STATE[1]!;
  let c = STATE[2]!;
  let d = STATE[3]!;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    let mixed: number;
    let word: number;
    if (round === 0) {
      mixed = (b & c) | (~b & d);
      word = i;
    } else if (round === 1) {
      mixed = (b & d) | (c & ~d);
      word = 5 * i + 1;
    } else if (round === 2) {
      mixed = b ^ c ^ d;
      word = 3 * i + 5;
    } else {
      mixed = c ^ (b | ~d);
      word = 7 * i;
    }
    const sum = (a + mixed + WORDS[word & 15]! + SINES[i]!) | 0;
    const turn = TURNS[4 * round + (i & 3)]!;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  STATE[0]! += a;
  STATE[1]! += b;
  STATE[2]! += c;
  STATE[3]! += d;
}
