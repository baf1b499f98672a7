/**
 * What is behind the bottom label of MPLS. Nothing says it: packets are told by the version in their
 * first four bits, associated channels by 1 there (RFC 4928, section 3), and all else is a frame of a
 * pseudowire, with a control word of 4 bytes that begins with 0 (RFC 4448, section 4.6) or without.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { Decoder } from "../decoder.ts";
import { ethernet } from "../link/ethernet.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

/** A channel beside the packets: 1 (4 bits), version (4), reserved (8), channel type 2. RFC 5586, 2.1. */
export const associatedChannel = new Decoder({ name: "AssociatedChannel", decode: decodeChannel });
/** The control word of a pseudowire of Ethernet: 0 (4 bits), reserved (12), sequence number 2. */
export const controlWord = new Decoder({ name: "ControlWord", decode: passControlWord });

const CHANNEL_LABEL = 13;
const CHANNEL = 1;
const IPV4 = 4;
const IPV6 = 6;
const WORD_BYTES = 4;
const IPV6_BYTES = 40;
/** Where a frame has its type or length, behind the addresses. */
const TYPE_AT = 12;
const FRAME_HEADER_BYTES = 14;
const MAX_LENGTH = 1500;
const LLC_BYTES = 3;
const IPV4_TYPE = 0x0800;
const IPV6_TYPE = 0x86dd;

/** Goes on behind the bottom label, at `p.at`. */
export function followLabel(p: Packet, label: number): void {
  const { bytes, at } = p;
  if (at >= p.end) return;
  const first = bytes[at]! >> 4;
  if (label === CHANNEL_LABEL || first === CHANNEL) p.next = associatedChannel;
  else if ((first === IPV4 || first === IPV6) && isPacket(p, first)) {
    p.follow(p.routes.ipVersion, first);
  } else if (first === 0 && isControlWord(p)) p.next = controlWord;
  else if (first === 0 || isFrame(p, at)) p.next = ethernet;
  else p.follow(p.routes.ipVersion, first);
}

/** Whether the version is not half of an address by chance: there are as many bytes as it says, or no frame. */
function isPacket(p: Packet, version: number): boolean {
  const { bytes, at, end } = p;
  if (!isFrame(p, at)) return true;
  const length = version === IPV4 ? u16(bytes, at + 2) : IPV6_BYTES + u16(bytes, at + 4);
  return length === end - at;
}

/** Where both could be, the addresses decide: one that begins with two zero bytes is rare. */
function isControlWord(p: Packet): boolean {
  if (p.end - p.at < WORD_BYTES) return false;
  const isBehind = isFrame(p, p.at + WORD_BYTES);
  return isBehind === isFrame(p, p.at) ? u16(p.bytes, p.at) === 0 : isBehind;
}

/**
 * Whether a frame at `at` would make sense: a type that leads on, of IP with the version behind it, or
 * a length with LLC behind it from and to the same service.
 */
export function isFrame({ bytes, end, routes }: Packet, at: number): boolean {
  const payloadAt = at + FRAME_HEADER_BYTES;
  if (end - payloadAt < LLC_BYTES) return false;
  const type = u16(bytes, at + TYPE_AT);
  if (type > MAX_LENGTH) {
    const version = type === IPV4_TYPE ? IPV4 : type === IPV6_TYPE ? IPV6 : bytes[payloadAt]! >> 4;
    return routes.etherType.of(type) !== undefined && bytes[payloadAt]! >> 4 === version;
  }
  const service = bytes[payloadAt]!;
  return type <= end - payloadAt && service > 0 && (service & 1) === 0 &&
    service === bytes[payloadAt + 1];
}

function decodeChannel(p: Packet): Outcome {
  if (p.end - p.at < WORD_BYTES) return Outcome.Truncated;
  const type = u16(p.bytes, p.at + 2);
  p.at += WORD_BYTES;
  p.follow(p.routes.channelType, type);
  return Outcome.Ok;
}

function passControlWord(p: Packet): Outcome {
  p.at += WORD_BYTES;
  p.next = ethernet;
  return Outcome.Ok;
}
