/**
 * The values of the Link Layer Discovery Protocol. IEEE 802.1AB-2016, 8.4. Each has a type (7 bits)
 * and the length of what follows (9 bits).
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { LinkLayerDiscoveryValue } from "../../../proto/gen/netcap_pb.ts";
import { LinkLayerDiscoveryValueSchema } from "../../../proto/netcap_tags.ts";

const TAG = tagsOf(LinkLayerDiscoveryValueSchema);
/** Type and length, in front of each value. */
export const VALUE_HEADER_BYTES = 2;

/** Type of the value at `at`. */
export function valueType(bytes: Uint8Array, at: number): number {
  return bytes[at]! >> 1;
}

/** Length of the value at `at` in bytes, without type and length. */
export function valueLength(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) & 0x1ff;
}

/** Where the value behind the one at `at` begins. */
export function nextValue(bytes: Uint8Array, at: number): number {
  return at + VALUE_HEADER_BYTES + valueLength(bytes, at);
}

/** Writes the value at `at` as it is. */
export function writeValue(
  out: WireWriter,
  tag: Tag<LinkLayerDiscoveryValue>,
  bytes: Uint8Array,
  at: number,
): void {
  const value = out.open(tag);
  out.uint32(TAG.Type, valueType(bytes, at));
  out.uint32(TAG.Length, valueLength(bytes, at));
  out.bytesOf(TAG.Value, bytes, at + VALUE_HEADER_BYTES, nextValue(bytes, at));
  out.close(value);
}
