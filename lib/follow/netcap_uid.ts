/**
 * The original's identifier of a connection, the same for both directions: hashes of the outermost
 * link, network and transport addresses. FNV-1a of 64 bits, in halves of 32.
 */
import { md5Hex } from "./md5.ts";

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
  let text = "";
  for (let i = 0; i < 6; i += 2) {
    const high = BigInt(words[at + i + 1]! >>> 0);
    text += ((high << 32n) | BigInt(words[at + i]! >>> 0)).toString();
  }
  return md5Hex(text);
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
