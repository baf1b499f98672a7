/**
 * SHA-1 (RFC 3174), of which Community IDs are made: no guard against anybody. Why not by
 * `node:crypto`: `md5.ts`.
 */
import { bits32 } from "../base/bytes/bytes.ts";
import { LastBlocks } from "./last_blocks.ts";

const BLOCK_BYTES = 64;
const SHA1_BYTES = 20;
const LAST = new LastBlocks(false);
const WORDS = new Int32Array(80);
const STATE = new Int32Array(5);
const DIGEST = new Uint8Array(SHA1_BYTES);

/** SHA-1 of `bytes[0, length)`, 20 bytes; valid until the next call. */
export function sha1(bytes: Uint8Array, length: number): Uint8Array {
  STATE[0] = 0x67452301;
  STATE[1] = 0xefcdab89;
  STATE[2] = 0x98badcfe;
  STATE[3] = 0x10325476;
  STATE[4] = 0xc3d2e1f0;
  const wholeEnd = length - length % BLOCK_BYTES;
  for (let at = 0; at < wholeEnd; at += BLOCK_BYTES) takeBlock(bytes, at);
  const end = LAST.take(bytes, wholeEnd, length);
  for (let at = 0; at < end; at += BLOCK_BYTES) takeBlock(LAST.bytes, at);
  for (let i = 0; i < SHA1_BYTES; i++) DIGEST[i] = STATE[i >> 2]! >>> (24 - 8 * (i & 3));
  return DIGEST;
}

function takeBlock(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) WORDS[i] = bits32(bytes, at + 4 * i);
  for (let i = 16; i < 80; i++) {
    const word = WORDS[i - 3]! ^ WORDS[i - 8]! ^ WORDS[i - 14]! ^ WORDS[i - 16]!;
    WORDS[i] = (word << 1) | (word >>> 31);
  }
  let a = STATE[0]!;
  let b = STATE[1]!;
  let c = STATE[2]!;
  let d = STATE[3]!;
  let e = STATE[4]!;
  for (let i = 0; i < 80; i++) {
    let mixed: number;
    if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
    else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const sum = (((a << 5) | (a >>> 27)) + mixed + e + WORDS[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = sum;
  }
  STATE[0]! += a;
  STATE[1]! += b;
  STATE[2]! += c;
  STATE[3]! += d;
  STATE[4]! += e;
}
