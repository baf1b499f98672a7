/** Text of packets, which may hold anything, as protobuf strings, which are UTF-8. RFC 3629, section 4. */
import type { Tag } from "../base/record/tags.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";

/** Writes `bytes[from, to)`, with U+FFFD for each byte that is no UTF-8; nothing when it is empty. */
export function writeText(
  out: WireWriter,
  tag: Tag<string>,
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  if (to <= from) return;
  const text = out.open(tag);
  for (let at = from; at < to;) {
    const length = sequenceBytes(bytes, at, to);
    if (length === 0) {
      out.byte(0xef);
      out.byte(0xbf);
      out.byte(0xbd);
      at++;
    } else {
      out.raw(bytes, at, at + length);
      at += length;
    }
  }
  out.close(text);
}

/** Length of the character at `at`; 0 when it is none. */
function sequenceBytes(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  const second = bytes[at + 1]!;
  // What is shorter otherwise, a surrogate, or beyond U+10FFFF.
  if (second < (first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80)) return 0;
  if (second > (first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf)) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}
