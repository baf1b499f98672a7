/**
 * Frame Relay: an address of 2 to 4 bytes, the last of which is odd (ITU-T Q.922, 3.2), then
 *
 * - control 3 (unnumbered information), perhaps 0 as padding, and a network layer protocol identifier:
 *   RFC 2427, section 3;
 * - or an EtherType, as Cisco has it.
 *
 * Multilink Frame Relay (FRF.16.1, 4.1) has two bytes in front: beginning, end and control of a
 * fragment (1 bit each), sequence number.
 */
import { u16 } from "../../base/bytes/bytes.ts";
import { LinkType } from "../../capture/link_type.ts";
import { Decoder } from "../decoder.ts";
import { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";

export const frameRelay = new Decoder({
  name: "FrameRelay",
  from: { linkType: [LinkType.FrameRelay], hardwareType: [770], etherType: [0x6559] },
  decode,
});
export const multilinkFrameRelay = new Decoder({
  name: "MultilinkFrameRelay",
  from: { linkType: [LinkType.MultilinkFrameRelay] },
  decode: passFragment,
});

const MIN_ADDRESS_BYTES = 2;
const MAX_ADDRESS_BYTES = 4;
const UNNUMBERED_INFORMATION = 0x03;
const PADDING = 0;
const BEGINNING_AND_END = 0xc0;
const CONTROL = 0x20;
const FRAGMENT_BYTES = 2;

function decode(p: Packet): Outcome {
  const { bytes, at, end } = p;
  let addressEnd = at;
  do {
    if (addressEnd === end) return Outcome.Truncated;
    if (addressEnd - at === MAX_ADDRESS_BYTES) return Outcome.Malformed;
    addressEnd++;
  } while ((bytes[addressEnd - 1]! & 1) === 0);
  if (addressEnd - at < MIN_ADDRESS_BYTES) return Outcome.Malformed;
  if (end - addressEnd < 2) return Outcome.Truncated;
  if (bytes[addressEnd] === UNNUMBERED_INFORMATION) {
    const isPadded = bytes[addressEnd + 1] === PADDING;
    const protocolAt = addressEnd + (isPadded ? 2 : 1);
    if (protocolAt === end) return Outcome.Truncated;
    p.at = protocolAt + 1;
    p.follow(p.routes.networkProtocol, bytes[protocolAt]!);
  } else if (isManagement(bytes, at)) {
    return Outcome.Unsupported;
  } else {
    p.at = addressEnd + 2;
    p.follow(p.routes.etherType, u16(bytes, addressEnd));
  }
  return Outcome.Ok;
}

/** Whether the connection is the one of the link itself, whose number is 0. */
function isManagement(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! & 0xfc) === 0 && (bytes[at + 1]! & 0xf0) === 0;
}

function passFragment(p: Packet): Outcome {
  if (p.end - p.at < FRAGMENT_BYTES) return Outcome.Truncated;
  const flags = p.bytes[p.at]!;
  if ((flags & CONTROL) !== 0) return Outcome.Unsupported;
  if ((flags & BEGINNING_AND_END) !== BEGINNING_AND_END) return Outcome.Incomplete;
  p.at += FRAGMENT_BYTES;
  p.next = frameRelay;
  return Outcome.Ok;
}
