/**
 * LINKTYPE_IEEE802_15_4_TAP: what the radio says, in front of a frame of IEEE 802.15.4. Numbers are
 * little-endian: version 1, reserved 1, header length 2; then values: type 2, length 2, data, padded to
 * a multiple of four bytes. The value of type 0 says the check sequence: 0 none, 1 two bytes, 2 four.
 */
import { u16le } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { ieee802154, ieee802154WithFcs, ieee802154WithFcs4 } from "./ieee802154.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ieee802154Tap = new Decoder({
  name: "Ieee802154Tap",
  from: { linkType: [LinkType.Ieee802154Tap] },
  decode,
});

const HEADER_BYTES = 4;
const VALUE_HEADER_BYTES = 4;
const FCS_TYPE = 0;
const FRAMES = [ieee802154, ieee802154WithFcs, ieee802154WithFcs4];

function decode(p: Packet): Outcome {
  const { bytes, at } = p;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const headerEnd = at + u16le(bytes, at + 2);
  if (bytes[at] !== 0 || headerEnd < at + HEADER_BYTES) return Outcome.Malformed;
  if (headerEnd > p.end) return Outcome.Truncated;
  let fcs = 0;
  for (let valueAt = at + HEADER_BYTES; valueAt < headerEnd;) {
    const dataAt = valueAt + VALUE_HEADER_BYTES;
    if (dataAt > headerEnd) return Outcome.Malformed;
    const length = u16le(bytes, valueAt + 2);
    if (dataAt + length > headerEnd) return Outcome.Malformed;
    if (u16le(bytes, valueAt) === FCS_TYPE && length > 0) fcs = bytes[dataAt]!;
    valueAt = dataAt + ((length + 3) & ~3);
  }
  const frame = FRAMES[fcs];
  if (frame === undefined) return Outcome.Malformed;
  p.at = headerEnd;
  p.next = frame;
  return Outcome.Ok;
}
