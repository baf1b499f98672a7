/**
 * USB as Linux's usbmon sees it: what is submitted to a device and what comes back. LINKTYPE_USB_LINUX
 * has the first 48 bytes, LINKTYPE_USB_LINUX_MMAPPED all 64; Linux, Documentation/usb/usbmon.rst,
 * `struct usbmon_packet`:
 *
 *     id 8, event type 1, transfer type 1, endpoint 1, device 1, bus 2, setup flag 1, data flag 1,
 *     seconds 8, microseconds 4, status 4, length 4, length of what was captured 4,
 *     setup packet 8 or: error count 4, number of isochronous descriptors 4,
 *     interval 4, start frame 4, copy of transfer flags 4, number of descriptors captured 4
 *
 * Then the descriptors, 16 bytes each, and the data. Numbers are in the byte order of the machine that
 * captured; read here as little-endian.
 */
import { u32le } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { USBSchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { usbSetup } from "./usb_setup.ts";

const TAG = tagsOf(USBSchema);
const SHORT_HEADER_BYTES = 48;
const HEADER_BYTES = 64;
const SETUP_AT = 40;
const DESCRIPTOR_BYTES = 16;
/** usbmon gives no more of them. */
const MAX_DESCRIPTORS = 128;
const ISOCHRONOUS = 0;
/** Values of `Direction`, in the order of the bit in the endpoint. */
const OUT = 2;
const IN = 1;

export const usb = new Decoder({
  name: "Usb",
  schema: USBSchema,
  from: { linkType: [LinkType.UsbLinux] },
  decode: (p, out) => decode(p, out, SHORT_HEADER_BYTES),
});
export const usbMmapped = new Decoder({
  name: "UsbMmapped",
  schema: USBSchema,
  from: { linkType: [LinkType.UsbLinuxMmapped] },
  decode: (p, out) => decode(p, out, HEADER_BYTES),
});

function decode(p: Packet, out: WireWriter, headerBytes: number): Outcome {
  const { bytes, at } = p;
  const headerEnd = at + headerBytes;
  if (headerEnd > p.end) return Outcome.Truncated;
  const transferType = bytes[at + 9]!;
  const hasSetup = bytes[at + 14] === 0;
  const hasDescriptors = transferType === ISOCHRONOUS && !hasSetup;
  const dataBytes = u32le(bytes, at + 36);
  const dataEnd = Math.min(p.end, headerEnd + dataBytes);
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint64LeOf(TAG.ID, bytes, at);
  out.uint32(TAG.EventType, bytes[at + 8]!);
  out.uint32(TAG.TransferType, transferType);
  out.uint32(TAG.Direction, (bytes[at + 10]! & 0x80) !== 0 ? IN : OUT);
  out.uint32(TAG.EndpointNumber, bytes[at + 10]! & 0x7f);
  out.uint32(TAG.DeviceAddress, bytes[at + 11]!);
  out.uint32(TAG.BusID, bytes[at + 12]! | (bytes[at + 13]! << 8));
  out.uint64LeOf(TAG.TimestampSec, bytes, at + 16);
  out.int32LeOf(TAG.TimestampUsec, bytes, at + 24);
  out.bool(TAG.Setup, hasSetup);
  out.bool(TAG.Data, bytes[at + 15] === 0);
  out.int32LeOf(TAG.Status, bytes, at + 28);
  out.uint32LeOf(TAG.UrbLength, bytes, at + 32);
  out.uint32LeOf(TAG.UrbDataLength, bytes, at + 36);
  if (headerBytes === HEADER_BYTES) {
    out.uint32LeOf(TAG.UrbInterval, bytes, at + 48);
    out.uint32LeOf(TAG.UrbStartFrame, bytes, at + 52);
    out.uint32LeOf(TAG.UrbCopyOfTransferFlags, bytes, at + 56);
  }
  if (hasDescriptors) out.uint32LeOf(TAG.IsoNumDesc, bytes, at + SETUP_AT + 4);
  if (p.options.payload) {
    const descriptors = hasDescriptors ? u32le(bytes, at + SETUP_AT + 4) : 0;
    const dataAt = headerEnd + DESCRIPTOR_BYTES * Math.min(descriptors, MAX_DESCRIPTORS);
    out.bytesOf(TAG.Payload, bytes, dataAt, dataEnd);
  }
  p.at = hasSetup ? at + SETUP_AT : headerEnd;
  p.end = dataEnd;
  p.next = hasSetup ? usbSetup : undefined;
  return Outcome.Ok;
}
