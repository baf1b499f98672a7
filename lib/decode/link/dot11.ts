/**
 * Frames of wireless LANs. IEEE 802.11-2020, 9.2.4 and 9.3. All numbers are little-endian:
 *
 *     frame control 2, duration 2, address 1 6, then as type and flags say
 *     address 2 6, address 3 6, sequence control 2, address 4 6, QoS control 2, HT control 4
 */
import { u16, u16le } from "../../base/bytes/bytes.ts";
import { tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Dot11QOSSchema, Dot11Schema } from "../../../proto/netcap_tags.ts";
import { Decoder } from "../decoder.ts";
import { writeHtControl } from "./dot11_ht_control.ts";
import { llc } from "./llc.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { RadioFlag } from "./radio_flags.ts";

export const dot11 = new Decoder({
  name: "Dot11",
  schema: Dot11Schema,
  from: { linkType: [LinkType.Dot11] },
  decode,
});

const TAG = tagsOf(Dot11Schema);
const QOS_TAG = tagsOf(Dot11QOSSchema);
const MAC_BYTES = 6;
const ADDRESS_1_AT = 4;
const ADDRESS_2_AT = 10;
const ADDRESS_3_AT = 16;
const SEQUENCE_AT = 22;
/** A header of three addresses. */
const FULL_BYTES = 24;
const QOS_BYTES = 2;
const HT_CONTROL_BYTES = 4;
const FCS_BYTES = 4;

const MANAGEMENT = 0;
const CONTROL = 1;
const DATA = 2;
/** Control frames with a transmitter in address 2. */
const HAS_TRANSMITTER = [
  2, // trigger
  4, // beamforming report poll
  5, // VHT/HE NDP announcement
  8, // block ack request
  9, // block ack
  10, // PS-Poll
  11, // RTS
  14, // CF-End
  15, // CF-End and CF-Ack
];
const CONTROL_WRAPPER = 7;
/** Behind address 1 and the frame control of the frame that is wrapped. */
const WRAPPED_HT_CONTROL_AT = 12;
/** Bits of the subtype of data frames. */
const NO_DATA = 4;
const QOS = 8;
const RESERVED_DATA = 13;

const BOTH_DS = 0x03;
const MORE_FRAGMENTS = 0x04;
const PROTECTED = 0x40;
const ORDER = 0x80;
/** Of QoS control. */
const IS_AMSDU = 0x80;
const HAS_MESH_CONTROL = 0x01;

function decode(p: Packet, out: WireWriter): Outcome {
  const { bytes, at } = p;
  const hasFcs = (p.radioFlags & RadioFlag.HasFcs) !== 0 && !p.isCut;
  const end = hasFcs ? p.end - FCS_BYTES : p.end;
  if (end - at < ADDRESS_2_AT) return Outcome.Truncated;
  const isExchanged = (p.radioFlags & RadioFlag.IsExchanged) !== 0;
  const kind = bytes[isExchanged ? at + 1 : at]!;
  const version = kind & 3;
  const type = (kind >> 2) & 3;
  const subtype = kind >> 4;
  const flags = bytes[isExchanged ? at : at + 1]!;
  if (version !== 0 || type > DATA) return Outcome.Unsupported;
  if (type === DATA && subtype === RESERVED_DATA) return Outcome.Unsupported;

  const isQos = type === DATA && (subtype & QOS) !== 0;
  const hasAddress4 = type === DATA && (flags & BOTH_DS) === BOTH_DS;
  const hasHtControl = (flags & ORDER) !== 0 && (isQos || type === MANAGEMENT);
  const qosAt = at + FULL_BYTES + (hasAddress4 ? MAC_BYTES : 0);
  let htControlAt = qosAt + (isQos ? QOS_BYTES : 0);
  let headerEnd = htControlAt + (hasHtControl ? HT_CONTROL_BYTES : 0);
  const isWrapper = type === CONTROL && subtype === CONTROL_WRAPPER;
  const hasAddress2 = type !== CONTROL || HAS_TRANSMITTER.includes(subtype);
  if (type === CONTROL) {
    htControlAt = at + WRAPPED_HT_CONTROL_AT;
    headerEnd = at + (hasAddress2 || isWrapper ? ADDRESS_3_AT : ADDRESS_2_AT);
  }
  if (headerEnd > end) return Outcome.Truncated;

  out.nanos(TAG.Timestamp, p.sec, p.nsec);
  out.uint32(TAG.Type, kind >> 2);
  out.uint32(TAG.Flags, flags);
  out.uint32(TAG.DurationID, u16le(bytes, at + 2));
  out.macText(TAG.Address1, bytes, at + ADDRESS_1_AT, MAC_BYTES);
  if (hasAddress2) out.macText(TAG.Address2, bytes, at + ADDRESS_2_AT, MAC_BYTES);
  let fragment = 0;
  if (type !== CONTROL) {
    const sequence = isExchanged ? u16(bytes, at + SEQUENCE_AT) : u16le(bytes, at + SEQUENCE_AT);
    fragment = sequence & 0xf;
    out.macText(TAG.Address3, bytes, at + ADDRESS_3_AT, MAC_BYTES);
    if (hasAddress4) out.macText(TAG.Address4, bytes, at + FULL_BYTES, MAC_BYTES);
    out.uint32(TAG.SequenceNumber, sequence >> 4);
    out.uint32(TAG.FragmentNumber, fragment);
  }
  if (hasFcs) out.uint32LeOf(TAG.Checksum, bytes, end);
  if (isQos) writeQos(out, bytes, qosAt);
  if (hasHtControl || isWrapper) {
    writeHtControl(out, TAG.HTControl, bytes, htControlAt, type === MANAGEMENT);
  }

  const hasPlainData = type === DATA && (subtype & NO_DATA) === 0 &&
    (flags & (PROTECTED | MORE_FRAGMENTS)) === 0 && fragment === 0 &&
    !(isQos && (bytes[qosAt]! & IS_AMSDU) !== 0) &&
    !(isQos && hasAddress4 && (bytes[qosAt + 1]! & HAS_MESH_CONTROL) !== 0);
  const isPadded = type === DATA && (p.radioFlags & RadioFlag.IsPadded) !== 0;
  const padding = isPadded ? (at - headerEnd) & 3 : 0;
  p.at = Math.min(headerEnd + padding, end);
  p.end = end;
  p.next = hasPlainData ? llc : undefined;
  return Outcome.Ok;
}

function writeQos(out: WireWriter, bytes: Uint8Array, at: number): void {
  const low = bytes[at]!;
  const qos = out.open(TAG.QOS);
  out.uint32(QOS_TAG.TID, low & 0xf);
  out.bool(QOS_TAG.EOSP, (low & 0x10) !== 0);
  out.uint32(QOS_TAG.AckPolicy, (low >> 5) & 3);
  out.uint32(QOS_TAG.TXOP, bytes[at + 1]!);
  out.close(qos);
}
