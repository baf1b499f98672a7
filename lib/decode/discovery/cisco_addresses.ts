/** Lists of addresses and of networks in Cisco Discovery messages. */
import { u16, u24 } from "../../base/bytes/bytes.ts";
import { type Tag, tagsOf } from "../../base/record/tags.ts";
import type { WireWriter } from "../../base/record/wire_writer.ts";
import type { IPNet } from "../../../proto/gen/netcap_pb.ts";
import { IPNetSchema } from "../../../proto/netcap_tags.ts";

const TAG = tagsOf(IPNetSchema);
const NLPID = 1;
const LLC_AND_SNAP = 2;
const NLPID_IPV4 = 0xcc;
const LLC_SNAP = 0xaaaa03;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const PREFIX_BYTES = 5;
/** The network of the prefix that is being written. */
const NETWORK = new Uint8Array(IPV4_BYTES);

/**
 * Whether `bytes[at, end)` is a number (4 bytes) of addresses, then these: kind of protocol, length of
 * the protocol (1 byte each), protocol, length of the address (2), address. More may follow.
 */
export function hasAddresses(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 4 > end || u16(bytes, at) !== 0) return false;
  let count = u16(bytes, at + 2);
  for (at += 4; count > 0; count--) {
    if (at + 2 > end || addressAt(bytes, at) > end) return false;
    at = nextAddress(bytes, at);
    if (at > end) return false;
  }
  return true;
}

/** Writes those of the addresses at `at` that are of IPv4 or IPv6, as text. */
export function writeAddresses(
  out: WireWriter,
  tag: Tag<Uint8Array>,
  bytes: Uint8Array,
  at: number,
): void {
  let count = u16(bytes, at + 2);
  for (at += 4; count > 0; count--) {
    out.ipText(tag, bytes, addressAt(bytes, at), ipBytes(bytes, at));
    at = nextAddress(bytes, at);
  }
}

/** Length of the IP address at `at`; 0 when it is none. */
function ipBytes(bytes: Uint8Array, at: number): number {
  const length = u16(bytes, addressAt(bytes, at) - 2);
  switch (bytes[at]) {
    case NLPID:
      return bytes[at + 1] === 1 && bytes[at + 2] === NLPID_IPV4 && length === IPV4_BYTES
        ? IPV4_BYTES
        : 0;
    case LLC_AND_SNAP: {
      if (bytes[at + 1] !== 8 || u24(bytes, at + 2) !== LLC_SNAP || u24(bytes, at + 5) !== 0) {
        return 0;
      }
      const etherType = u16(bytes, at + 8); // 0x0800 is what Cisco's own documents have for IPv6
      return (etherType === 0x86dd || etherType === 0x0800) && length === IPV6_BYTES
        ? IPV6_BYTES
        : 0;
    }
    default:
      return 0;
  }
}

function addressAt(bytes: Uint8Array, at: number): number {
  return at + 2 + bytes[at + 1]! + 2;
}

function nextAddress(bytes: Uint8Array, at: number): number {
  return addressAt(bytes, at) + u16(bytes, addressAt(bytes, at) - 2);
}

/** Whether `bytes[at, end)` is networks: address (4 bytes) and number of bits that count (1). */
export function hasPrefixes(bytes: Uint8Array, at: number, end: number): boolean {
  if (at === end || (end - at) % PREFIX_BYTES !== 0) return false;
  for (; at < end; at += PREFIX_BYTES) if (bytes[at + IPV4_BYTES]! > 32) return false;
  return true;
}

/** Writes the networks in `bytes[at, end)`, their masks as hex digits. */
export function writePrefixes(
  out: WireWriter,
  tag: Tag<IPNet>,
  bytes: Uint8Array,
  at: number,
  end: number,
): void {
  for (; at < end; at += PREFIX_BYTES) {
    const bits = bytes[at + IPV4_BYTES]!;
    for (let i = 0; i < IPV4_BYTES; i++) NETWORK[i] = bytes[at + i]! & maskByte(bits, i);
    const network = out.open(tag);
    out.ipText(TAG.IP, NETWORK, 0, IPV4_BYTES);
    const mask = out.open(TAG.IPMask);
    for (let i = 0; i < IPV4_BYTES; i++) {
      out.byte(hexDigit(maskByte(bits, i) >> 4));
      out.byte(hexDigit(maskByte(bits, i) & 0xf));
    }
    out.close(mask);
    out.close(network);
  }
}

/** Byte `i` of the mask that has `bits` ones at its beginning. */
function maskByte(bits: number, i: number): number {
  const ones = Math.min(8, Math.max(0, bits - 8 * i));
  return 0xff00 >> ones & 0xff;
}

function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
