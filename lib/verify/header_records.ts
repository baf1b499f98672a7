/**
 * The records of the headers that most packets have: Ethernet, IPv4, and TCP or UDP. The bytes are those
 * that their decoders write (`decode/`), which a test over all captures compares; written here in one
 * go, without looking up what follows what, they take half the time.
 */
import { writeIpv4Text, writeMacText } from "../base/text/address_text.ts";
import { bits32, u16 } from "../base/bytes/bytes.ts";
import { typeNumber } from "../base/record/record_types.ts";
import { tagsOf } from "../base/record/tags.ts";
import { WireWriter } from "../base/record/wire_writer.ts";
import { endOfOptions } from "../decode/network/ip_options.ts";
import { TCP, UDP } from "../decode/taken_headers.ts";
import { shapeOf, SHAPES } from "../gather/compact/headers.ts";
import type { RecordBuffers } from "../gather/record_buffers.ts";
import {
  EthernetSchema,
  IPv4Schema,
  TCPOptionSchema,
  TCPSchema,
  UDPSchema,
} from "../../proto/netcap_tags.ts";

const TYPE = {
  Ethernet: typeNumber("Ethernet"),
  IPv4: typeNumber("IPv4"),
  TCP: typeNumber("TCP"),
  UDP: typeNumber("UDP"),
} as const;
const TAG = {
  Ethernet: tagsOf(EthernetSchema),
  IPv4: tagsOf(IPv4Schema),
  TCP: tagsOf(TCPSchema),
  TCPOption: tagsOf(TCPOptionSchema),
  UDP: tagsOf(UDPSchema),
} as const;

/** By the bit of the header. */
const TCP_FLAGS = Uint8Array.from(
  (["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"] as const).map((name) => TAG.TCP[name]),
);

const MAC_BYTES = 6;
const MAC_TEXT_BYTES = 17;
const ETHERNET_BYTES = 14;
const IPV4_BYTES = 20;
const IPV4_WORDS = 5;
const TCP_BYTES = 20;
const UDP_BYTES = 8;
/** The kind of option up to which one is a single byte. */
const NO_OPERATION = 1;
/** The tag of a time, and what it takes from 1972 to 2262. */
const TIME_BYTES = 10;
/** No record here is longer: most of it would be TCP's options, each byte one of them. */
const MAX_RECORD_BYTES = 512;

/** By the number of a shape: the protocol behind IPv4 in an untagged frame, if its record is written here. */
const PROTOCOL_OF_SHAPE = Uint8Array.from({ length: SHAPES }, (_, number) => {
  const shape = shapeOf(number);
  const isUsual = shape?.isEthernet && shape.tags === 0 && shape.ipVersion === 4 &&
    (shape.protocol === TCP || shape.protocol === UDP);
  return isUsual ? shape.protocol : 0;
});

/** Writes these records. */
export class HeaderRecords {
  readonly #made: RecordBuffers;
  /** The first field of each record of the packet at hand. */
  readonly #time = new WireWriter(2 * TIME_BYTES);

  constructor(made: RecordBuffers) {
    this.#made = made;
  }

  /**
   * Writes the records of a packet's headers, which are of that shape and stand at `bytes[at]`. False when
   * that is for their decoders to do; nothing is written then.
   *
   * @param end Where the packet ends; its bytes behind the headers need not be there.
   */
  write(
    bytes: Uint8Array,
    at: number,
    end: number,
    sec: number,
    nsec: number,
    shape: number,
  ): boolean {
    const protocol = PROTOCOL_OF_SHAPE[shape]!;
    if (protocol === 0 || !this.#begin(sec, nsec)) return false;
    const time = this.#time.bytes;
    const ipAt = at + ETHERNET_BYTES;
    const ipEnd = Math.min(end, ipAt + u16(bytes, ipAt + 2));
    let out = this.#made.room(TYPE.Ethernet, MAX_RECORD_BYTES);
    out.at = writeEthernet(out.bytes, out.at, time, bytes, at, end);
    out = this.#made.room(TYPE.IPv4, MAX_RECORD_BYTES);
    out.at = writeIpv4(out.bytes, out.at, time, bytes, ipAt, ipEnd);
    if (protocol === TCP) {
      out = this.#made.room(TYPE.TCP, MAX_RECORD_BYTES);
      out.at = writeTcp(out.bytes, out.at, time, bytes, ipAt, ipEnd);
    } else {
      out = this.#made.room(TYPE.UDP, MAX_RECORD_BYTES);
      out.at = writeUdp(out.bytes, out.at, time, bytes, ipAt, ipEnd);
    }
    return true;
  }

  /** False when the time takes another number of bytes than nearly all times do. */
  #begin(sec: number, nsec: number): boolean {
    const time = this.#time;
    time.at = 0;
    time.nanos(TAG.Ethernet.Timestamp, sec, nsec);
    return time.at === TIME_BYTES;
  }
}

// Each of these writes a framed record at `to[at]`, where there is room, and returns the position after
// it. The header is at `bytes[from]`, the packet or what of it is there ends at `end`.

function writeEthernet(
  to: Uint8Array,
  at: number,
  time: Uint8Array,
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  const recordAt = at++;
  at = writeTime(to, at, time);
  at = writeMac(to, at, TAG.Ethernet.SrcMAC, bytes, from + MAC_BYTES);
  at = writeMac(to, at, TAG.Ethernet.DstMAC, bytes, from);
  at = writeNumber(to, at, TAG.Ethernet.EthernetType, u16(bytes, from + 2 * MAC_BYTES));
  at = writeNumber(to, at, TAG.Ethernet.PayloadSize, end - from - ETHERNET_BYTES);
  to[recordAt] = at - recordAt - 1;
  return at;
}

function writeIpv4(
  to: Uint8Array,
  at: number,
  time: Uint8Array,
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  const recordAt = at++;
  const portsAt = from + IPV4_BYTES;
  at = writeTime(to, at, time);
  at = writeNumber(to, at, TAG.IPv4.Version, 4);
  at = writeNumber(to, at, TAG.IPv4.IHL, IPV4_WORDS);
  at = writeNumber(to, at, TAG.IPv4.TOS, bytes[from + 1]!);
  at = writeNumber(to, at, TAG.IPv4.Length, u16(bytes, from + 2));
  at = writeNumber(to, at, TAG.IPv4.Id, u16(bytes, from + 4));
  at = writeNumber(to, at, TAG.IPv4.Flags, bytes[from + 6]! >> 5); // no fragment: that is another shape
  at = writeNumber(to, at, TAG.IPv4.TTL, bytes[from + 8]!);
  at = writeNumber(to, at, TAG.IPv4.Protocol, bytes[from + 9]!);
  at = writeNumber(to, at, TAG.IPv4.Checksum, u16(bytes, from + 10));
  at = writeIp(to, at, TAG.IPv4.SrcIP, bytes, from + 12);
  at = writeIp(to, at, TAG.IPv4.DstIP, bytes, from + 16);
  at = writeFarNumber(to, at, TAG.IPv4.PayloadSize, end - portsAt);
  at = writeFarNumber(to, at, TAG.IPv4.SrcPort, u16(bytes, portsAt));
  at = writeFarNumber(to, at, TAG.IPv4.DstPort, u16(bytes, portsAt + 2));
  to[recordAt] = at - recordAt - 1;
  return at;
}

/** @param ipAt Where the header of IPv4 is, in front of that of TCP. */
function writeTcp(
  to: Uint8Array,
  at: number,
  time: Uint8Array,
  bytes: Uint8Array,
  ipAt: number,
  end: number,
): number {
  const recordAt = at++;
  const from = ipAt + IPV4_BYTES;
  const words = bytes[from + 12]! >> 4;
  const flags = bytes[from + 13]!;
  const optionsAt = from + TCP_BYTES;
  const payloadAt = from + 4 * words;
  const optionsEnd = endOfOptions(bytes, optionsAt, payloadAt);
  at = writeTime(to, at, time);
  at = writeNumber(to, at, TAG.TCP.SrcPort, u16(bytes, from));
  at = writeNumber(to, at, TAG.TCP.DstPort, u16(bytes, from + 2));
  at = writeNumber(to, at, TAG.TCP.SeqNum, bits32(bytes, from + 4));
  at = writeNumber(to, at, TAG.TCP.AckNum, bits32(bytes, from + 8));
  at = writeNumber(to, at, TAG.TCP.DataOffset, words);
  for (let bit = 0; bit < TCP_FLAGS.length; bit++) {
    at = writeNumber(to, at, TCP_FLAGS[bit]!, (flags >> bit) & 1);
  }
  at = writeNumber(to, at, TAG.TCP.NS, bytes[from + 12]! & 1);
  at = writeFarNumber(to, at, TAG.TCP.Window, u16(bytes, from + 14));
  at = writeFarNumber(to, at, TAG.TCP.Checksum, u16(bytes, from + 16));
  at = writeFarNumber(to, at, TAG.TCP.Urgent, u16(bytes, from + 18));
  if (optionsEnd < payloadAt) {
    at = writeFar(to, at, TAG.TCP.Padding);
    at = writeBytes(to, at, TAG.TCP.Padding >> 7, bytes, optionsEnd, payloadAt);
  }
  at = writeTcpOptions(to, at, bytes, optionsAt, optionsEnd);
  at = writeFarNumber(to, at, TAG.TCP.PayloadSize, end - payloadAt);
  at = writeFar(to, at, TAG.TCP.SrcIP);
  at = writeIp(to, at, TAG.TCP.SrcIP >> 7, bytes, ipAt + 12);
  at = writeFar(to, at, TAG.TCP.DstIP);
  at = writeIp(to, at, TAG.TCP.DstIP >> 7, bytes, ipAt + 16);
  const length = at - recordAt - 1;
  if (length < 0x80) {
    to[recordAt] = length;
    return at;
  }
  to.copyWithin(recordAt + 2, recordAt + 1, at);
  to[recordAt] = length | 0x80;
  to[recordAt + 1] = length >> 7;
  return at + 1;
}

function writeTcpOptions(
  to: Uint8Array,
  at: number,
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  while (from < end) {
    const kind = bytes[from]!;
    const length = kind <= NO_OPERATION ? 1 : bytes[from + 1]!;
    at = writeFar(to, at, TAG.TCP.Options);
    to[at++] = TAG.TCP.Options >> 7;
    const optionAt = at++;
    at = writeNumber(to, at, TAG.TCPOption.OptionType, kind);
    at = writeNumber(to, at, TAG.TCPOption.OptionLength, length);
    at = writeBytes(to, at, TAG.TCPOption.OptionData, bytes, from + 2, from + length);
    to[optionAt] = at - optionAt - 1;
    from += length;
  }
  return at;
}

/** @param ipAt Where the header of IPv4 is, in front of that of UDP. */
function writeUdp(
  to: Uint8Array,
  at: number,
  time: Uint8Array,
  bytes: Uint8Array,
  ipAt: number,
  end: number,
): number {
  const recordAt = at++;
  const from = ipAt + IPV4_BYTES;
  const length = u16(bytes, from + 4);
  const payloadEnd = length === 0 ? end : Math.min(end, from + length);
  at = writeTime(to, at, time);
  at = writeNumber(to, at, TAG.UDP.SrcPort, u16(bytes, from));
  at = writeNumber(to, at, TAG.UDP.DstPort, u16(bytes, from + 2));
  at = writeNumber(to, at, TAG.UDP.Length, length);
  at = writeNumber(to, at, TAG.UDP.Checksum, u16(bytes, from + 6));
  at = writeNumber(to, at, TAG.UDP.PayloadSize, payloadEnd - from - UDP_BYTES);
  at = writeIp(to, at, TAG.UDP.SrcIP, bytes, ipAt + 12);
  at = writeIp(to, at, TAG.UDP.DstIP, bytes, ipAt + 16);
  to[recordAt] = at - recordAt - 1;
  return at;
}

/** Nothing for 0; the 32 bits of `value`, which may be signed or unsigned. @param tag Of one byte. */
function writeNumber(to: Uint8Array, at: number, tag: number, value: number): number {
  if (value === 0) return at;
  to[at++] = tag;
  while ((value & ~0x7f) !== 0) {
    to[at++] = value | 0x80;
    value >>>= 7;
  }
  to[at] = value;
  return at + 1;
}

/** @param tag Of two bytes. */
function writeFarNumber(to: Uint8Array, at: number, tag: number, value: number): number {
  if (value === 0) return at;
  return writeNumber(to, writeFar(to, at, tag), tag >> 7, value);
}

/** @param tag Of one byte. */
function writeMac(
  to: Uint8Array,
  at: number,
  tag: number,
  bytes: Uint8Array,
  from: number,
): number {
  to[at] = tag;
  to[at + 1] = MAC_TEXT_BYTES;
  return writeMacText(to, at + 2, bytes, from, MAC_BYTES);
}

/** @param tag Of one byte. */
function writeIp(to: Uint8Array, at: number, tag: number, bytes: Uint8Array, from: number): number {
  to[at] = tag;
  const end = writeIpv4Text(to, at + 2, bytes, from);
  to[at + 1] = end - at - 2;
  return end;
}

/** Nothing for no bytes, less than 128 of them. @param tag Of one byte. */
function writeBytes(
  to: Uint8Array,
  at: number,
  tag: number,
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  if (end <= from) return at;
  to[at++] = tag;
  to[at++] = end - from;
  while (from < end) to[at++] = bytes[from++]!;
  return at;
}

/** The first byte of a tag of two; `tag >> 7` is the second. */
function writeFar(to: Uint8Array, at: number, tag: number): number {
  to[at] = tag | 0x80;
  return at + 1;
}

function writeTime(to: Uint8Array, at: number, time: Uint8Array): number {
  for (let i = 0; i < TIME_BYTES; i++) to[at + i] = time[i]!;
  return at + TIME_BYTES;
}
