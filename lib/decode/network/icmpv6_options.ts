/**
 * The options of neighbor discovery messages: `type, length, data`, the length counting all three in
 * units of 8 bytes. RFC 4861, section 4.6.
 */
import type { Message } from "@bufbuild/protobuf";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { ICMPv6OptionSchema } from "../../../proto/netcap_tags.ts";
import { Outcome } from "../outcome.ts";

const TAG = tagsOf(ICMPv6OptionSchema);
const UNIT_BYTES = 8;

/** Whether `bytes[at, end)` is a row of whole options, but for the last one if the capture has cut it. */
export function checkIcmpv6Options(
  bytes: Uint8Array,
  at: number,
  end: number,
  isCut: boolean,
): Outcome {
  while (at + UNIT_BYTES <= end) {
    const units = bytes[at + 1]!;
    if (units === 0) return Outcome.Malformed;
    at += UNIT_BYTES * units;
  }
  return at === end || isCut ? Outcome.Ok : Outcome.Truncated;
}

/** Writes the whole options of an interval that `checkIcmpv6Options` accepted, one message each. */
export function writeIcmpv6Options(
  out: WireWriter,
  tag: Tag<Message>,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  while (at + UNIT_BYTES <= end) {
    const optionEnd = at + UNIT_BYTES * bytes[at + 1]!;
    if (optionEnd > end) return;
    const option = out.open(tag);
    out.uint32(TAG.Type, bytes[at]!);
    out.bytesOf(TAG.Data, bytes, at + 2, optionEnd);
    out.close(option);
    at = optionEnd;
  }
}
