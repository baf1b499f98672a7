/**
 * The options of neighbor discovery messages: `type, length, data`, the length counting all three in
 * units of 8 bytes. RFC 4861, section 4.6.
 */
import type { Message } from "@bufbuild/protobuf";
import { type Tag, tagsOf } from "../../base/tags.ts";
import type { WireWriter } from "../../base/wire_writer.ts";
import { ICMPv6OptionSchema } from "../../../proto/netcap_tags.ts";
import { Outcome } from "../outcome.ts";

const TAG = tagsOf(ICMPv6OptionSchema);
const UNIT_BYTES = 8;

/** Whether `bytes[at, end)` is a row of whole options. */
export function checkIcmpv6Options(bytes: Uint8Array, at: number, end: number): Outcome {
  while (at < end) {
    if (end - at < UNIT_BYTES) return Outcome.Truncated;
    const units = bytes[at + 1]!;
    if (units === 0) return Outcome.Malformed;
    at += UNIT_BYTES * units;
  }
  return at === end ? Outcome.Ok : Outcome.Truncated;
}

/** Writes the options of an interval that `checkIcmpv6Options` accepted, one message each. */
export function writeIcmpv6Options(
  out: WireWriter,
  tag: Tag<Message>,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  while (at < end) {
    const optionEnd = at + UNIT_BYTES * bytes[at + 1]!;
    const option = out.open(tag);
    out.uint32(TAG.Type, bytes[at]!);
    out.bytesOf(TAG.Data, bytes, at + 2, optionEnd);
    out.close(option);
    at = optionEnd;
  }
}
