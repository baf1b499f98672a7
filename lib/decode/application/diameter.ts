/**
 * Diameter. RFC 6733, sections 3 (header) and 4.1 (attribute-value pairs, AVPs). Bytes:
 *
 *     version 1 (1), length 3, flags 1, command 3, application 4, hop-by-hop 4, end-to-end 4, AVPs
 *
 * An AVP: code 4, flags 1, length 3, vendor 4 if its flag is set, value, padding to 4 bytes. Lengths
 * count from the beginning of the header, that of an AVP without its padding.
 */
import { u24, u32 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { AVPSchema, DiameterSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { writeDecimalText } from "../decimal_text.ts";
import { AVP_DEFINITIONS, AvpFormat, FORMAT_NAMES, vendorName } from "./diameter_avps.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { writeText } from "../text.ts";

export const diameter = new Decoder({
  name: "Diameter",
  schema: DiameterSchema,
  from: { tcpPort: [3868] },
  decode,
});

const TAG = tagsOf(DiameterSchema);
const AVP_TAG = tagsOf(AVPSchema);
const VERSION = 1;
const HEADER_BYTES = 20;
const AVP_HEADER_BYTES = 8;
const VENDOR_BYTES = 4;
const HAS_VENDOR = 0x80;
/** Address families: 1 is IPv4, 2 is IPv6 (RFC 6733, 4.3.1). */
const FAMILY_BYTES = 2;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at, end } = p;
  if (bytes[at] !== VERSION) return Outcome.Malformed;
  if (end - at < HEADER_BYTES) return Outcome.Incomplete;
  const length = u24(bytes, at + 1);
  if (length < HEADER_BYTES || length % 4 !== 0) return Outcome.Malformed;
  const isWhole = at + length <= end;
  if (!isWhole && !p.isCut) return Outcome.Incomplete;
  const messageEnd = isWhole ? at + length : end;
  const avpsEnd = endOfAvps(bytes, at + HEADER_BYTES, messageEnd);
  if (avpsEnd < 0 || (isWhole && avpsEnd < messageEnd)) return Outcome.Malformed;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Version, VERSION);
  out.uint32(TAG.Flags, bytes[at + 4]!);
  out.uint32(TAG.MessageLen, length);
  out.uint32(TAG.CommandCode, u24(bytes, at + 5));
  out.uint32Of(TAG.ApplicationID, bytes, at + 8);
  out.uint32Of(TAG.HopByHopID, bytes, at + 12);
  out.uint32Of(TAG.EndToEndID, bytes, at + 16);
  for (let avpAt = at + HEADER_BYTES; avpAt < avpsEnd; avpAt = afterAvp(bytes, avpAt)) {
    writeAvp(out, bytes, avpAt);
  }
  p.writeAddresses(out, TAG.SrcIP, TAG.DstIP);
  p.writePorts(out, TAG.SrcPort, TAG.DstPort);
  out.bool(TAG.Truncated, !isWhole);
  p.at = messageEnd;
  p.next = diameter;
  return Outcome.Ok;
}

/** Where the AVPs in `bytes[at, end)` end that are whole; -1 when one contradicts itself. */
function endOfAvps(bytes: Uint8Array, at: number, end: number): number {
  while (at + AVP_HEADER_BYTES <= end) {
    if (u24(bytes, at + 5) < headerBytes(bytes, at)) return -1;
    const next = afterAvp(bytes, at);
    if (next > end) break;
    at = next;
  }
  return at;
}

function writeAvp(out: WireWriter, bytes: Uint8Array, at: number): void {
  const length = u24(bytes, at + 5);
  const valueAt = at + headerBytes(bytes, at);
  const valueEnd = at + length;
  const hasVendor = (bytes[at + 4]! & HAS_VENDOR) !== 0;
  const definition = hasVendor ? undefined : AVP_DEFINITIONS[u32(bytes, at)];
  const avp = out.open(TAG.AVPs);
  out.uint32Of(AVP_TAG.AttributeCode, bytes, at);
  if (definition !== undefined) {
    const format = FORMAT_NAMES[definition.format]!;
    writeText(out, AVP_TAG.AttributeName, definition.name, 0, definition.name.length);
    writeText(out, AVP_TAG.AttributeFormat, format, 0, format.length);
  }
  out.uint32(AVP_TAG.Flags, bytes[at + 4]!);
  out.uint32(AVP_TAG.HeaderLen, valueAt - at);
  out.uint32(AVP_TAG.Len, length);
  if (hasVendor) {
    const vendorAt = at + AVP_HEADER_BYTES;
    const name = vendorName(u32(bytes, vendorAt));
    out.uint32Of(AVP_TAG.VendorCode, bytes, vendorAt);
    writeText(out, AVP_TAG.VendorName, name, 0, name.length);
    writeDecimalText(out, AVP_TAG.VendorID, bytes, vendorAt, vendorAt + VENDOR_BYTES, false);
  }
  if (definition !== undefined) writeValue(out, definition.format, bytes, valueAt, valueEnd);
  out.uint32(AVP_TAG.Padding, afterAvp(bytes, at) - valueEnd);
  out.bytesOf(AVP_TAG.Value, bytes, valueAt, valueEnd);
  out.uint32(AVP_TAG.ValueLen, valueEnd - valueAt);
  out.close(avp);
}

/** Writes the value as text, if it has the length of its format; octets and groups are none. */
function writeValue(
  out: WireWriter,
  format: AvpFormat,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  const tag = AVP_TAG.DecodedValue;
  const length = end - at;
  switch (format) {
    case AvpFormat.Utf8String:
    case AvpFormat.DiameterIdentity:
    case AvpFormat.DiameterUri:
    case AvpFormat.IpFilterRule:
      return writeText(out, tag, bytes, at, end);
    case AvpFormat.Unsigned32:
    case AvpFormat.Time:
      if (length === 4) writeDecimalText(out, tag, bytes, at, end, false);
      return;
    case AvpFormat.Integer32:
    case AvpFormat.Enumerated:
      if (length === 4) writeDecimalText(out, tag, bytes, at, end, true);
      return;
    case AvpFormat.Unsigned64:
      if (length === 8) writeDecimalText(out, tag, bytes, at, end, false);
      return;
    case AvpFormat.Integer64:
      if (length === 8) writeDecimalText(out, tag, bytes, at, end, true);
      return;
    case AvpFormat.Address: {
      const addressBytes = length === FAMILY_BYTES + 4 ? 4 : length === FAMILY_BYTES + 16 ? 16 : 0;
      const family = addressBytes === 4 ? 1 : 2;
      if (addressBytes === 0 || bytes[at] !== 0 || bytes[at + 1] !== family) return;
      out.ipText(tag, bytes, at + FAMILY_BYTES, addressBytes);
    }
  }
}

function headerBytes(bytes: Uint8Array, at: number): number {
  return AVP_HEADER_BYTES + ((bytes[at + 4]! & HAS_VENDOR) !== 0 ? VENDOR_BYTES : 0);
}

/** Where the AVP at `at` ends, its padding included. */
function afterAvp(bytes: Uint8Array, at: number): number {
  const length = u24(bytes, at + 5);
  return at + length + (-length & 3);
}
