/** Captured frames, and whole files, changed by a seed as lengths, counts and chains go wrong. */
import { randomNumbers } from "../base/random_numbers.ts";
import type { Frame } from "./captured_frames.ts";

/** Room that a changed frame may need. */
export const MAX_BYTES = 1 << 17;

/**
 * Makes frame number `seed` of `frames` in `into`, which has {@linkcode MAX_BYTES}; returns the frame it comes from
 * and its length.
 */
export function mutate(frames: readonly Frame[], into: Uint8Array, seed: number): [Frame, number] {
  const random = randomNumbers(seed);
  const frame = frames[random(frames.length)]!;
  let length = Math.min(frame.bytes.length, MAX_BYTES >> 1);
  into.set(frame.bytes.subarray(0, length));
  for (let changes = 1 + random(6); changes > 0 && length > 0; changes--) {
    const at = random(random(3) === 0 ? length : Math.min(length, 120));
    switch (random(8)) {
      case 0:
      case 1:
      case 2:
        into[at] = random(256);
        break;
      case 3: // what lengths and counts are often wrong by
        into[at] = [0, 1, 0x7f, 0x80, 0xff, into[at]! + 1, into[at]! - 1][random(7)]!;
        break;
      case 4: { // 16 bits that point somewhere into the frame, or behind it
        const number = random(2 * length);
        into[at] = number >> 8;
        into[at + 1] = number;
        length = Math.max(length, at + 2);
        break;
      }
      case 5: { // a part twice
        const part = into.slice(at, Math.min(length, at + 1 + random(64)));
        into.copyWithin(at + part.length, at, length);
        into.set(part, at);
        length = Math.min(MAX_BYTES >> 1, length + part.length);
        break;
      }
      case 6: { // a part less
        const bytes = Math.min(length - at, 1 + random(16));
        into.copyWithin(at, at + bytes, length);
        length -= bytes;
        break;
      }
      default: { // a part of another
        const other = frames[random(frames.length)]!.bytes;
        const from = random(other.length + 1);
        const part = other.subarray(from, from + 1 + random(64));
        into.set(part, at);
        length = Math.max(length, at + part.length);
      }
    }
  }
  if (random(4) === 0) length = random(length + 1);
  return [random(3) === 0 ? { ...frame, originalLength: length + 1 } : frame, length];
}
