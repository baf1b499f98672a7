/**
 * Frames of Bluetooth Low Energy on the air. Bluetooth Core 5.3, volume 6, part B, 2.1, 2.3 and 2.4.
 * Numbers and addresses are little-endian:
 *
 *     access address 4, header 2 (the second byte is the length), payload, check bytes 3
 *
 * LINKTYPE_BLUETOOTH_LE_LL_WITH_PHDR has the channel in front, 10 bytes in all.
 */
import { u24, u32le } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { BluetoothLESchema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const bluetoothLe = new Decoder({
  name: "BluetoothLe",
  schema: BluetoothLESchema,
  from: { linkType: [LinkType.BluetoothLe] },
  decode: (p, out) => decode(p, out, 0),
});
export const bluetoothLeWithRadio = new Decoder({
  name: "BluetoothLeWithRadio",
  schema: BluetoothLESchema,
  from: { linkType: [LinkType.BluetoothLeWithRadio] },
  decode: (p, out) => decode(p, out, RADIO_BYTES),
});

const TAG = tagsOf(BluetoothLESchema);
const RADIO_BYTES = 10;
const HEADER_BYTES = 6;
const CRC_BYTES = 3;
const MAC_BYTES = 6;
/** Everybody's access address. */
const ADVERTISING = 0x8e89bed6;
/** Kinds of advertising whose payload begins with the address of the one that advertises. */
const BEGINS_WITH_ADVERTISER = [0, 1, 2, 4, 6];
const DIRECTED = 1;
const SCAN_REQUEST = 3;
const CONNECT = 5;
const REVERSED = new Uint8Array(MAC_BYTES);

function decode(p: Packet, out: WireWriter, radioBytes: number): Outcome {
  const { bytes } = p;
  const at = p.at + radioBytes;
  if (p.end - at < HEADER_BYTES) return Outcome.Truncated;
  const payloadAt = at + HEADER_BYTES;
  const length = bytes[at + 5]!;
  const payloadEnd = payloadAt + length;
  if (payloadEnd + CRC_BYTES > p.end) return Outcome.Truncated;
  const first = bytes[at + 4]!;
  const isAdvertising = u32le(bytes, at) === ADVERTISING;
  const kind = first & 0xf;
  const hasTwo = kind === DIRECTED || kind === SCAN_REQUEST || kind === CONNECT;
  const hasOne = hasTwo || BEGINS_WITH_ADVERTISER.includes(kind);
  const addressBytes = hasTwo ? 2 * MAC_BYTES : hasOne ? MAC_BYTES : 0;
  if (isAdvertising && length < addressBytes) return Outcome.Malformed;
  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32LeOf(TAG.AccessAddress, bytes, at);
  if (radioBytes > 0) out.uint32(TAG.Channel, bytes[p.at]!);
  if (isAdvertising) {
    out.uint32(TAG.PDUType, kind);
    out.bool(TAG.SenderIsRandom, (first & 0x40) !== 0);
    out.bool(TAG.ReceiverIsRandom, (first & 0x80) !== 0);
    if (hasOne) writeAddress(out, TAG.SenderAddress, bytes, payloadAt);
    if (hasTwo) writeAddress(out, TAG.ReceiverAddress, bytes, payloadAt + MAC_BYTES);
  } else {
    out.uint32(TAG.LLID, first & 3);
    out.bool(TAG.NextExpectedSequenceNumber, (first & 0x04) !== 0);
    out.bool(TAG.SequenceNumber, (first & 0x08) !== 0);
    out.bool(TAG.MoreData, (first & 0x10) !== 0);
  }
  out.uint32(TAG.Length, length);
  out.uint32(TAG.CRC, crcOf(u24(bytes, payloadEnd)));
  p.at = p.end;
  return Outcome.Ok;
}

/** The check value, of which alone the highest bit is sent first; captures have the lowest first in a byte. */
function crcOf(sent: number): number {
  let crc = sent;
  crc = ((crc >> 1) & 0x555555) | ((crc & 0x555555) << 1);
  crc = ((crc >> 2) & 0x333333) | ((crc & 0x333333) << 2);
  return ((crc >> 4) & 0x0f0f0f) | ((crc & 0x0f0f0f) << 4);
}

/** Writes an address, which is sent with its last byte first. */
function writeAddress(out: WireWriter, tag: Tag<string>, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < MAC_BYTES; i++) REVERSED[i] = bytes[at + MAC_BYTES - 1 - i]!;
  out.macText(tag, REVERSED, 0, MAC_BYTES);
}
