/**
 * The collector's kernel: what it does with every packet of a compact batch, in WebAssembly. A batch's
 * columns go in, framed records of each type come out, and deflate streams of these. It is written in
 * AssemblyScript, whose syntax is TypeScript's; `deno task kernel` compiles it to
 * `lib/verify/compact_kernel_code.ts`, which `lib/verify/compact_kernel.ts` loads.
 *
 * Addresses (`usize`) are those of the kernel's own memory (`memory.ts`); nothing is allocated.
 */
import { makeLengths } from "./block.ts";
import { packSlot } from "./deflate.ts";
import { keepSecret } from "./flow_hash.ts";
import { DATA, DATA_BYTES, MEMORY_END, PACKED } from "./memory.ts";
import { PACKETS, readBatch } from "./reader.ts";
import { makeShapes } from "./shapes.ts";
import { commit, recordsOf, room, slotOf } from "./slots.ts";
import { makeDigits } from "./texts.ts";

/** Makes the tables; to be called once, before all else, with a number that nobody is told. */
export function start(secret: u32): void {
  if (__heap_base > DATA || memory.size() << 16 < <i32> MEMORY_END) unreachable();
  makeShapes();
  makeDigits();
  makeLengths();
  keepSecret(secret);
}

/** Where the batch is to be put, and how long it may be. */
export function dataAt(): usize {
  return DATA;
}
export function dataBytes(): usize {
  return DATA_BYTES;
}

/** Reads the batch that is there. False when it is damaged. */
export function read(bytes: usize, sumBytes: usize): bool {
  return readBatch(bytes, sumBytes);
}

/** Where the counts of packets by shape are (u32 each). */
export function packetsAt(): usize {
  return PACKETS;
}

/** Where the host puts a framed record of so many bytes. */
export function reserve(slot: i32, bytes: usize): usize {
  const at = room(slot, bytes);
  commit(slot, at + bytes, 0);
  return at;
}

/** The records of a slot, from here to there. */
export function recordsAt(slot: i32): usize {
  return recordsOf(slot);
}
export function recordsEnd(slot: i32): usize {
  return slotOf(slot).at;
}

/** Packs the records of a slot; returns how many bytes that is. */
export function pack(slot: i32): usize {
  return packSlot(slot);
}

/** Where the bytes are that `pack` has written. */
export function packedAt(): usize {
  return PACKED;
}
