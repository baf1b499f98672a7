/**
 * Where the tables of flows are looked in first. Hashes begin with the time of the batch's first packet:
 * whoever sends packets does not know it so exactly that many flows could be made to have one slot. Who
 * sends batches does: for the collector a number that nobody is told comes on top.
 */
import { u16At } from "./bytes.ts";
import { Shape } from "./shapes.ts";

const SLOT_BITS: u32 = 13;
/** Of each table; twice as many as a batch has flows. */
export const HASH_SLOTS: i32 = 1 << 13;
/** Of {@linkcode wordsHash}. */
export const HASHES: i32 = 4096;

let secret: u32 = 0;
/** Of the batch; with the secret, and without it. */
let seed: u32 = 0;
let openSeed: u32 = 0;

/** Has slots depend on a secret from the next batch on. */
export function keepSecret(value: u32): void {
  secret = value;
}

/** Has hashes begin with that time. */
export function seedHashes(sec: i64, nsec: i32): void {
  openSeed = (<u32> sec ^ (<u32> nsec << 2)) * 0x9e3779b1;
  seed = openSeed ^ secret;
}

/** Of the flow of a packet of `shape` at `at`: its link header, addresses and ports. */
export function flowSlot(shape: Shape, at: usize): i32 {
  return slotOf(words(at, shape.linkBytes & ~3, seed) ^ ends(shape, at, false));
}

/** Of its addresses and ports, or those of the other direction. */
export function keySlot(shape: Shape, at: usize, swapped: bool): i32 {
  return slotOf(ends(shape, at, swapped));
}

/** Of whole words, without the secret; below {@linkcode HASHES}. */
export function wordsHash(at: usize, bytes: i32): u16 {
  return <u16> (slotOf(words(at, bytes, openSeed)) % HASHES);
}

/** The upper bits, in which each of the hash counts. */
function slotOf(hash: u32): i32 {
  return <i32> ((hash * 0x9e3779b1) >>> (32 - SLOT_BITS));
}

function words(at: usize, bytes: i32, hash: u32): u32 {
  for (let i = 0; i < bytes; i += 4) {
    hash = (hash ^ load<u32>(at + i)) * 0x9e3779b1;
    hash ^= hash >>> 15;
  }
  return hash;
}

function ends(shape: Shape, at: usize, swapped: bool): u32 {
  const addressBytes = shape.addressBytes;
  const addresses = at + shape.addressesAt;
  const sources = swapped ? addresses + addressBytes : addresses;
  const destinations = swapped ? addresses : addresses + addressBytes;
  let hash = <u32> shape.number ^ seed;
  if (addressBytes === 0) hash ^= link(shape, at);
  for (let i = addressBytes - 4; i >= 0; i -= 4) {
    hash = (hash ^ load<u32>(sources + i)) * 0x9e3779b1;
    hash = (hash ^ (hash >>> 15) ^ load<u32>(destinations + i)) * 0x85ebca6b;
  }
  if (shape.portBytes > 0) {
    const ports = at + shape.protocolAt;
    const source = u16At(swapped ? ports + 2 : ports);
    const destination = u16At(swapped ? ports : ports + 2);
    hash = (hash ^ (hash >>> 13) ^ source ^ (destination << 16)) * 0xc2b2ae35;
  }
  return hash ^ (hash >>> 16);
}

/** Of the link header; of Ethernet's, of both its ends together, whichever way the frame goes. */
function link(shape: Shape, at: usize): u32 {
  if (!shape.isEthernet) return bytesHash(at, shape.linkBytes, seed);
  const both = bytesHash(at, 6, seed) + bytesHash(at + 6, 6, seed);
  return bytesHash(at + 12, shape.linkBytes - 12, both);
}

/** FNV-1a, but for what it begins with. */
function bytesHash(at: usize, bytes: i32, hash: u32): u32 {
  for (let i = 0; i < bytes; i++) hash = (hash ^ load<u8>(at + i)) * 0x01000193;
  return hash;
}
