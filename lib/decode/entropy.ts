import type { Tag } from "../base/record/tags.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";

const COUNTS = new Uint32Array(256);

/**
 * Shannon entropy of `bytes[at, end)` in bits per byte, 0 to 8; 0 when empty. Summed over the byte
 * values in ascending order, so that equal bytes give an equal double everywhere.
 */
export function entropy(bytes: Uint8Array, at: number, end: number): number {
  if (end <= at) return 0;
  COUNTS.fill(0);
  for (let i = at; i < end; i++) COUNTS[bytes[i]!]!++;
  let sum = 0;
  for (let value = 0; value < 256; value++) {
    const count = COUNTS[value]!;
    if (count === 0) continue;
    const p = count / (end - at);
    sum += p * Math.log2(p);
  }
  return sum === 0 ? 0 : -sum;
}

/**
 * Writes the entropy as a field. Not left to the decoders: V8 would take memory for each number that
 * they handed on.
 */
export function writeEntropy(
  out: WireWriter,
  tag: Tag<number>,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  out.double(tag, entropy(bytes, at, end));
}
