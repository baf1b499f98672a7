import { u32 } from "../base/bytes/bytes.ts";
import type { Tag } from "../base/record/tags.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";

const MINUS = 0x2d;
const TWO_32 = 0x100000000;
const DIGITS = new Uint8Array(20);

/** Writes the big-endian number `bytes[from, to)` of 4 or 8 bytes as decimal text. */
export function writeDecimalText(
  out: WireWriter,
  tag: Tag<string>,
  bytes: Uint8Array,
  from: number,
  to: number,
  isSigned: boolean,
): void {
  const isNegative = isSigned && bytes[from]! >= 0x80;
  let high = to - from === 8 ? u32(bytes, from) : isNegative ? TWO_32 - 1 : 0;
  let low = u32(bytes, to - 4);
  if (isNegative) {
    high = TWO_32 - 1 - high + (low === 0 ? 1 : 0);
    low = low === 0 ? 0 : TWO_32 - low;
  }
  let at = DIGITS.length;
  do {
    const rest = high % 10;
    const part = rest * TWO_32 + low;
    high = (high - rest) / 10;
    low = Math.floor(part / 10);
    DIGITS[--at] = 0x30 + part - low * 10;
  } while (high > 0 || low > 0);
  const text = out.open(tag);
  if (isNegative) out.byte(MINUS);
  out.raw(DIGITS, at, DIGITS.length);
  out.close(text);
}
