/** Object identifiers as in ASN.1's basic encoding, without type and length. ITU-T X.690, 8.19. */
import type { Tag } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";

const MORE = 0x80;
/** Seven bits more fit a number below 2^32. */
const MAX_BEFORE_SHIFT = 0x1ffffff;
const DOT = 0x2e;

/**
 * Writes `bytes[at, end)` as decimal numbers with dots between; nothing when it is empty, ends within
 * a number, or has one of more than 32 bits.
 */
export function writeObjectIdentifier(
  out: WireWriter,
  tag: Tag<string>,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  if (at >= end || !isObjectIdentifier(bytes, at, end)) return;
  const text = out.open(tag);
  let number = 0;
  for (let isFirst = true; at < end; at++) {
    number = number * 0x80 + (bytes[at]! & 0x7f);
    if ((bytes[at]! & MORE) !== 0) continue;
    if (isFirst) {
      const root = Math.min(2, Math.floor(number / 40)); // two numbers share the first
      out.decimal(root);
      number -= 40 * root;
      isFirst = false;
    }
    out.byte(DOT);
    out.decimal(number);
    number = 0;
  }
  out.close(text);
}

function isObjectIdentifier(bytes: Uint8Array, at: number, end: number): boolean {
  let number = 0;
  for (; at < end; at++) {
    if (number > MAX_BEFORE_SHIFT) return false;
    number = (bytes[at]! & MORE) === 0 ? 0 : number * 0x80 + (bytes[at]! & 0x7f);
  }
  return (bytes[end - 1]! & MORE) === 0;
}
