/**
 * The options of IPv4 (RFC 791, section 3.1) and TCP (RFC 9293, section 3.1), which share one form:
 * kinds 0 (end) and 1 (no operation) are one byte; others are `kind, length, data`, the length
 * counting all three.
 */
import type { Message } from "@bufbuild/protobuf";
import type { Tag } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";

const END = 0;
const NO_OPERATION = 1;

/** The tags of a message that holds one option. */
export interface OptionTags {
  readonly OptionType: Tag<number>;
  readonly OptionLength: Tag<number>;
  readonly OptionData: Tag<Uint8Array>;
}

/**
 * Where the whole options in `bytes[at, end)` end, an end-of-options byte included. What stands
 * behind is padding, or an option that is malformed or cut off.
 */
export function endOfOptions(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const kind = bytes[at]!;
    if (kind === END) return at + 1;
    if (kind === NO_OPERATION) {
      at++;
      continue;
    }
    const length = at + 1 < end ? bytes[at + 1]! : 0;
    if (length < 2 || at + length > end) return at;
    at += length;
  }
  return at;
}

/** Writes the options of an interval that `endOfOptions` measured, one message each. */
export function writeOptions(
  out: WireWriter,
  tag: Tag<Message>,
  tags: OptionTags,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  while (at < end) {
    const kind = bytes[at]!;
    const length = kind === END || kind === NO_OPERATION ? 1 : bytes[at + 1]!;
    const option = out.open(tag);
    out.uint32(tags.OptionType, kind);
    out.uint32(tags.OptionLength, length);
    out.bytesOf(tags.OptionData, bytes, at + 2, at + length);
    out.close(option);
    at += length;
  }
}
