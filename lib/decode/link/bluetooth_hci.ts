/**
 * What passes between a host and its Bluetooth controller: kind 1, then its header. Bluetooth Core 5.3,
 * volume 4, part A (H4) and part E, 5.4. Numbers are little-endian:
 *
 * | kind | header                                               |
 * | ---- | ---------------------------------------------------- |
 * | 1    | command: code 2, length 1                            |
 * | 2    | data: handle 12 bits, flags 4, length 2              |
 * | 3    | voice: handle 12 bits, flags 4, length 1             |
 * | 4    | event: code 1, length 1                              |
 * | 5    | isochronous data: handle 12 bits, flags 4, length 14 |
 *
 * LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR has the direction in front, 4 bytes, big-endian.
 */
import { u16le, u32 } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { BluetoothHCISchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const bluetoothHci = new Decoder({
  name: "BluetoothHci",
  schema: BluetoothHCISchema,
  from: { linkType: [LinkType.BluetoothHci] },
  decode: (p, out) => decode(p, out, 0),
});
export const bluetoothHciWithDirection = new Decoder({
  name: "BluetoothHciWithDirection",
  schema: BluetoothHCISchema,
  from: { linkType: [LinkType.BluetoothHciWithDirection] },
  decode: (p, out) => decode(p, out, DIRECTION_BYTES),
});

const TAG = tagsOf(BluetoothHCISchema);
const DIRECTION_BYTES = 4;
const RECEIVED = 1;
const COMMAND = 1;
const VOICE = 3;
const EVENT = 4;
const ISOCHRONOUS = 5;
/** Of the header behind the kind, by kind. */
const HEADER_BYTES = [0, 3, 4, 3, 2, 4];
const HANDLE = 0x0fff;
const ISOCHRONOUS_LENGTH = 0x3fff;

function decode(p: Packet, out: WireWriter, directionBytes: number): Outcome {
  const { bytes } = p;
  const kindAt = p.at + directionBytes;
  if (kindAt >= p.end) return Outcome.Truncated;
  const kind = bytes[kindAt]!;
  if (kind < COMMAND || kind > ISOCHRONOUS) return Outcome.Unsupported;
  const at = kindAt + 1;
  const headerEnd = at + HEADER_BYTES[kind]!;
  if (headerEnd > p.end) return Outcome.Truncated;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.PacketType, kind);
  out.bool(TAG.Received, directionBytes > 0 && u32(bytes, p.at) === RECEIVED);
  if (kind === COMMAND) out.uint32(TAG.Opcode, u16le(bytes, at));
  else if (kind === EVENT) out.uint32(TAG.EventCode, bytes[at]!);
  else writeHandle(out, u16le(bytes, at));
  out.uint32(TAG.Length, lengthOf(kind, bytes, headerEnd));
  p.at = p.end;
  return Outcome.Ok;
}

function writeHandle(out: WireWriter, word: number): void {
  out.uint32(TAG.ConnectionHandle, word & HANDLE);
  out.uint32(TAG.Flags, word >> 12);
}

/** The length, which ends the header. */
function lengthOf(kind: number, bytes: Uint8Array, headerEnd: number): number {
  if (kind === COMMAND || kind === VOICE || kind === EVENT) return bytes[headerEnd - 1]!;
  const length = u16le(bytes, headerEnd - 2);
  return kind === ISOCHRONOUS ? length & ISOCHRONOUS_LENGTH : length;
}
