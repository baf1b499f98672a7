/** What all records of a flow have: its addresses as text, with their tags. Made once, copied for each. */
import { u16At } from "./bytes.ts";
import { putNumber } from "./fields.ts";
import { FIRST_ETHER_TYPE } from "./find_shape.ts";
import { Flow } from "./flows.ts";
import { ICMPV4, ICMPV6, Shape, TCP } from "./shapes.ts";
import { EthernetTag, ICMPv4Tag, ICMPv6Tag, IPv4Tag, IPv6Tag, TCPTag, UDPTag } from "./tags.ts";

const MAC_BYTES: i32 = 6;
const MAC_TEXT_BYTES: u8 = 17;
const GROUPS: i32 = 8;
const COLON: u8 = 0x3a;
const DOT: u8 = 0x2e;
/** `::ff` and `ff:`. */
const MAPPED_FIRST: u32 = 0x66663a3a;
const MAPPED_LAST: u32 = 0x3a6666;
/** By byte: two hex digits. */
const HEX_PAIRS: usize = memory.data(256 * 2);
/** By byte: its decimal digits, and in the fourth place how many. */
const DECIMALS: usize = memory.data(256 * 4);
/** Digits may be written past the end of a text. */
const SCRATCH: usize = memory.data(112, 16);

/** Makes the tables. */
export function makeDigits(): void {
  for (let value = 0; value < 256; value++) {
    store<u8>(HEX_PAIRS + 2 * value, hexDigit(value >> 4));
    store<u8>(HEX_PAIRS + 2 * value + 1, hexDigit(value & 0xf));
    let to = DECIMALS + 4 * value;
    if (value >= 100) store<u8>(to++, <u8> (0x30 + value / 100));
    if (value >= 10) store<u8>(to++, <u8> (0x30 + value / 10 % 10));
    store<u8>(to++, <u8> (0x30 + value % 10));
    store<u8>(DECIMALS + 4 * value + 3, <u8> (to - DECIMALS - 4 * value));
  }
}

function hexDigit(value: i32): u8 {
  return <u8> (value < 10 ? 0x30 + value : 0x57 + value);
}

/** Makes the texts of a flow of Ethernet frames, by its header. */
export function makeTexts(flow: Flow, shape: Shape): void {
  const header = flow.header;
  let end = putMac(flow.linkText, EthernetTag.SrcMAC, header + MAC_BYTES);
  end = putMac(end, EthernetTag.DstMAC, header);
  const typeOrLength = u16At(header + 2 * MAC_BYTES);
  if (typeOrLength >= FIRST_ETHER_TYPE) {
    end = putNumber(end, EthernetTag.EthernetType, typeOrLength);
  }
  flow.linkTextBytes = <u8> (end - flow.linkText);
  flow.hasTexts = true;
  if (shape.ipVersion === 0) return;
  const isIpv4 = shape.ipVersion === 4;
  flow.ipTextBytes = isIpv4
    ? putAddresses(flow.ipText, header, shape, IPv4Tag.SrcIP, IPv4Tag.DstIP)
    : putAddresses(flow.ipText, header, shape, IPv6Tag.SrcIP, IPv6Tag.DstIP);
  const to = flow.transportText;
  flow.transportTextBytes = shape.protocol === TCP
    ? putAddresses(to, header, shape, TCPTag.SrcIP, TCPTag.DstIP)
    : shape.protocol === ICMPV4
    ? putAddresses(to, header, shape, ICMPv4Tag.SrcIP, ICMPv4Tag.DstIP)
    : shape.protocol === ICMPV6
    ? putAddresses(to, header, shape, ICMPv6Tag.SrcIP, ICMPv6Tag.DstIP)
    : putAddresses(to, header, shape, UDPTag.SrcIP, UDPTag.DstIP);
}

/** Copies a text, and up to 15 bytes behind it. */
export function putText(to: usize, from: usize, bytes: usize): usize {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
  return to + bytes;
}

function putMac(at: usize, tag: u32, from: usize): usize {
  store<u8>(at, <u8> tag);
  store<u8>(at + 1, MAC_TEXT_BYTES);
  at += 2;
  for (let i = 0; i < MAC_BYTES; i++) {
    store<u16>(at, load<u16>(HEX_PAIRS + 2 * <usize> load<u8>(from + i)));
    store<u8>(at + 2, COLON);
    at += 3;
  }
  return at - 1;
}

/** Both addresses; returns how many bytes that is. */
function putAddresses(to: usize, header: usize, shape: Shape, srcTag: u32, dstTag: u32): u8 {
  const from = header + shape.addressesAt;
  const bytes = shape.addressBytes;
  const end = putAddress(putAddress(SCRATCH, srcTag, from, bytes), dstTag, from + bytes, bytes);
  putText(to, SCRATCH, end - SCRATCH);
  return <u8> (end - SCRATCH);
}

/** @param tag Of one byte or two. */
function putAddress(at: usize, tag: u32, from: usize, bytes: i32): usize {
  if (tag > 0x7f) {
    store<u8>(at++, <u8> (tag | 0x80));
    tag >>= 7;
  }
  store<u8>(at, <u8> tag);
  const end = bytes === 4 ? putIpv4(at + 2, from) : putIpv6(at + 2, from);
  store<u8>(at + 1, <u8> (end - at - 2));
  return end;
}

function putIpv4(at: usize, from: usize): usize {
  for (let i = 0; i < 4; i++) {
    const decimal = DECIMALS + 4 * <usize> load<u8>(from + i);
    store<u32>(at, load<u32>(decimal));
    at += load<u8>(decimal + 3);
    store<u8>(at++, DOT);
  }
  return at - 1;
}

/** As RFC 5952, section 4, has it; an IPv4-mapped address with its IPv4 part as such, section 5. */
function putIpv6(at: usize, from: usize): usize {
  // The longest run of zero groups, of several the first: it is what `::` stands for.
  let zerosAt = GROUPS;
  let zeros = 1;
  for (let group = 0; group < GROUPS; group++) {
    let run = 0;
    while (group + run < GROUPS && load<u16>(from + 2 * (group + run)) === 0) run++;
    if (run > zeros) {
      zerosAt = group;
      zeros = run;
    }
    group += run;
  }
  if (zerosAt === 0 && zeros === 5 && load<u16>(from + 10) === 0xffff) {
    store<u32>(at, MAPPED_FIRST);
    store<u32>(at + 4, MAPPED_LAST);
    return putIpv4(at + 7, from + 12);
  }
  for (let group = 0; group < GROUPS; group++) {
    if (group === zerosAt) {
      store<u8>(at++, COLON);
      if (group + zeros === GROUPS) store<u8>(at++, COLON);
      group += zeros - 1;
      continue;
    }
    if (group > 0) store<u8>(at++, COLON);
    at = putGroup(at, u16At(from + 2 * group));
  }
  return at;
}

/** A number in hex, without zeros in front. */
function putGroup(at: usize, value: i32): usize {
  for (let shift = 12; shift >= 0; shift -= 4) {
    if (shift === 0 || value >> shift !== 0) store<u8>(at++, hexDigit((value >> shift) & 0xf));
  }
  return at;
}
