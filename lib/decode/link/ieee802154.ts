/**
 * The MAC header of IEEE 802.15.4. IEEE 802.15.4-2020, 7.2. Numbers are little-endian:
 *
 *     frame control 2, sequence number 1, then as frame control says
 *     network 2 and address 2 or 8 of the destination, the same of the source
 */
import { u16le } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { IEEE802154Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const ieee802154 = lowRate("Ieee802154", LinkType.Ieee802154, 0);
export const ieee802154WithFcs = lowRate("Ieee802154WithFcs", LinkType.Ieee802154WithFcs, 2);
/** Behind LINKTYPE_IEEE802_15_4_TAP, which says that there are four bytes of check sequence. */
export const ieee802154WithFcs4 = lowRate("Ieee802154WithFcs4", undefined, 4);

const TAG = tagsOf(IEEE802154Schema);
const CONTROL_BYTES = 2;
const PAN_BYTES = 2;
const SECURITY = 0x0008;
const PENDING = 0x0010;
const ACK_REQUEST = 0x0020;
const PAN_COMPRESSION = 0x0040;
const NO_SEQUENCE = 0x0100;
/** Of version 2, in which the rules for networks are others. */
const VERSION_2 = 2;
/** Highest kind of frame that has this header; multipurpose and fragments have others. */
const LAST_TYPE = 3;
/** Bytes of an address by its mode; mode 1 is reserved. */
const ADDRESS_BYTES = [0, -1, 2, 8];
const EXTENDED = 8;
const REVERSED = new Uint8Array(8);

function lowRate(name: string, linkType: number | undefined, fcsBytes: number): Decoder {
  return new Decoder({
    name,
    schema: IEEE802154Schema,
    from: linkType === undefined ? {} : { linkType: [linkType] },
    decode: (p, out) => decode(p, out, fcsBytes),
  });
}

function decode(p: Packet, out: WireWriter, fcsBytes: number): Outcome {
  const { bytes, at } = p;
  const end = p.isCut ? p.end : p.end - fcsBytes;
  if (end - at < CONTROL_BYTES) return Outcome.Truncated;
  const control = u16le(bytes, at);
  const type = control & 7;
  const version = (control >> 12) & 3;
  if (type > LAST_TYPE || version > VERSION_2) return Outcome.Unsupported;
  const destinationBytes = ADDRESS_BYTES[(control >> 10) & 3]!;
  const sourceBytes = ADDRESS_BYTES[control >> 14]!;
  if (destinationBytes < 0 || sourceBytes < 0) return Outcome.Malformed;
  const isNumbered = version < VERSION_2 || (control & NO_SEQUENCE) === 0;
  const isCompressed = (control & PAN_COMPRESSION) !== 0;
  const hasDestinationPan = version < VERSION_2
    ? destinationBytes > 0
    : namesDestination(destinationBytes, sourceBytes, isCompressed);
  const hasSourcePan = version < VERSION_2
    ? sourceBytes > 0 && !(isCompressed && destinationBytes > 0)
    : namesSource(destinationBytes, sourceBytes, isCompressed);

  const sequenceAt = at + CONTROL_BYTES;
  const destinationPanAt = sequenceAt + (isNumbered ? 1 : 0);
  const destinationAt = destinationPanAt + (hasDestinationPan ? PAN_BYTES : 0);
  const sourcePanAt = destinationAt + destinationBytes;
  const sourceAt = sourcePanAt + (hasSourcePan ? PAN_BYTES : 0);
  const headerEnd = sourceAt + sourceBytes;
  if (headerEnd > end) return Outcome.Truncated;

  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.FrameType, type);
  out.uint32(TAG.FrameVersion, version);
  out.bool(TAG.Security, (control & SECURITY) !== 0);
  out.bool(TAG.FramePending, (control & PENDING) !== 0);
  out.bool(TAG.AckRequest, (control & ACK_REQUEST) !== 0);
  out.bool(TAG.PANIDCompression, isCompressed);
  if (isNumbered) out.uint32(TAG.SequenceNumber, bytes[sequenceAt]!);
  if (hasDestinationPan) out.uint32(TAG.DstPAN, u16le(bytes, destinationPanAt));
  writeAddress(out, TAG.DstAddr, bytes, destinationAt, destinationBytes);
  if (hasSourcePan) out.uint32(TAG.SrcPAN, u16le(bytes, sourcePanAt));
  writeAddress(out, TAG.SrcAddr, bytes, sourceAt, sourceBytes);
  if (!p.isCut && fcsBytes === 2) out.uint32(TAG.Checksum, u16le(bytes, end));
  if (!p.isCut && fcsBytes === 4) out.uint32LeOf(TAG.Checksum, bytes, end);
  out.uint32(TAG.PayloadSize, end - headerEnd);
  p.at = p.end = end;
  return Outcome.Ok;
}

/** Whether the destination's network is there in version 2. IEEE 802.15.4-2020, table 7-2. */
function namesDestination(destination: number, source: number, isCompressed: boolean): boolean {
  if (destination === 0) return source === 0 && isCompressed;
  if (source === 0 || (destination === EXTENDED && source === EXTENDED)) return !isCompressed;
  return true;
}

/** The same of the source's. */
function namesSource(destination: number, source: number, isCompressed: boolean): boolean {
  if (source === 0 || isCompressed) return false;
  return !(destination === EXTENDED && source === EXTENDED);
}

/** Writes an address, which is sent with its last byte first. */
function writeAddress(
  out: WireWriter,
  tag: Tag<string>,
  bytes: Uint8Array,
  at: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) REVERSED[i] = bytes[at + length - 1 - i]!;
  out.macText(tag, REVERSED, 0, length);
}
