/**
 * A value of the Cisco Discovery Protocol: type and length (2 bytes each; the length counts these 4),
 * then the value.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { CiscoDiscoveryValue } from "../../../proto/gen/netcap_pb.ts";
import { CiscoDiscoveryValueSchema } from "../../../proto/netcap_tags.ts";

const TAG = tagsOf(CiscoDiscoveryValueSchema);
/** Type and length, in front of each value. */
export const VALUE_HEADER_BYTES = 4;

/** Writes the value at `at` as it is. */
export function writeCiscoValue(
  out: WireWriter,
  tag: Tag<CiscoDiscoveryValue>,
  bytes: Uint8Array,
  at: number,
): void {
  const length = u16(bytes, at + 2);
  const value = out.open(tag);
  out.uint32(TAG.Type, u16(bytes, at));
  out.uint32(TAG.Length, length);
  out.bytesOf(TAG.Value, bytes, at + VALUE_HEADER_BYTES, at + length);
  out.close(value);
}
