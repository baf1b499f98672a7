/**
 * LINKTYPE_PPI, the Per-Packet Information header, version 0 (CACE Technologies, PPI header format
 * 1.0.10). All numbers are little-endian:
 *
 *     version 1, flags 1, header length 2, link type 4, fields: type 2, length 2, data
 *
 * The fields may be padded to multiples of four bytes.
 */
import { u16le, u32le } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { RadioFlag } from "./radio_flags.ts";

export const ppi = new Decoder({ name: "Ppi", from: { linkType: [LinkType.Ppi] }, decode });

const HEADER_BYTES = 8;
const ARE_ALIGNED = 1;
const FIELD_HEADER_BYTES = 4;
/** 802.11-Common: TSFT 8, flags 2, and more. */
const DOT11_COMMON = 2;
const DOT11_COMMON_BYTES = 20;
const FLAGS_AT = 8;
const HAS_FCS = 1;

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const headerEnd = at + u16le(bytes, at + 2);
  if (bytes[at] !== 0 || headerEnd < at + HEADER_BYTES) return Outcome.Malformed;
  if (headerEnd > p.end) return Outcome.Truncated;
  const radioFlags = findRadioFlags(bytes, at, headerEnd);
  if (radioFlags < 0) return Outcome.Malformed;
  p.radioFlags = radioFlags;
  p.at = headerEnd;
  p.follow(p.routes.linkType, u32le(bytes, at + 4));
  return Outcome.Ok;
}

/** The flags in radiotap's numbers, 0 without the field; -1 when a field is longer than the header. */
function findRadioFlags(bytes: Uint8Array, at: number, end: number): number {
  const unit = (bytes[at + 1]! & ARE_ALIGNED) !== 0 ? 4 : 1;
  for (let fieldAt = at + HEADER_BYTES; fieldAt < end;) {
    const dataAt = fieldAt + FIELD_HEADER_BYTES;
    if (dataAt > end) return -1;
    const length = u16le(bytes, fieldAt + 2);
    if (dataAt + length > end) return -1;
    if (u16le(bytes, fieldAt) === DOT11_COMMON && length >= DOT11_COMMON_BYTES) {
      return (bytes[dataAt + FLAGS_AT]! & HAS_FCS) !== 0 ? RadioFlag.HasFcs : 0;
    }
    fieldAt = dataAt + Math.ceil(length / unit) * unit;
  }
  return 0;
}
