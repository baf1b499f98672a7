/** What all records of a flow have: its addresses as text, with their tags. Made once, copied for each. */
import { u16At } from "./bytes.ts";
import { putNumber } from "./fields.ts";
import { Flow, TEXT_BYTES } from "./flows.ts";
import { Shape, TCP } from "./shapes.ts";
import { EthernetTag, IPv4Tag, TCPTag, UDPTag } from "./tags.ts";

const MAC_BYTES: i32 = 6;
const MAC_TEXT_BYTES: u8 = 17;
const COLON: u8 = 0x3a;
const DOT: u8 = 0x2e;
/** By byte: two hex digits. */
const HEX_PAIRS: usize = memory.data(256 * 2);
/** By byte: its decimal digits, and in the fourth place how many. */
const DECIMALS: usize = memory.data(256 * 4);
/** Digits may be written past the end of a text. */
const SCRATCH: usize = memory.data(64, 16);

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

/** Makes the texts of a flow of IPv4 in untagged Ethernet frames, by its header. */
export function makeTexts(flow: Flow, shape: Shape): void {
  const header = flow.header;
  const addresses = header + shape.addressesAt;
  let end = putMac(flow.linkText, EthernetTag.SrcMAC, header + MAC_BYTES);
  end = putMac(end, EthernetTag.DstMAC, header);
  end = putNumber(end, EthernetTag.EthernetType, u16At(header + 2 * MAC_BYTES));
  flow.linkTextBytes = <u8> (end - flow.linkText);
  end = putIpv4(SCRATCH, IPv4Tag.SrcIP, addresses);
  end = putIpv4(end, IPv4Tag.DstIP, addresses + 4);
  copyText(flow.ipText, SCRATCH);
  flow.ipTextBytes = <u8> (end - SCRATCH);
  const isTcp = shape.protocol === TCP;
  end = putIpv4(SCRATCH, isTcp ? TCPTag.SrcIP : UDPTag.SrcIP, addresses);
  end = putIpv4(end, isTcp ? TCPTag.DstIP : UDPTag.DstIP, addresses + 4);
  copyText(flow.transportText, SCRATCH);
  flow.transportTextBytes = <u8> (end - SCRATCH);
  flow.hasTexts = true;
}

/** Copies `TEXT_BYTES`, whatever of them is text. */
export function copyText(to: usize, from: usize): void {
  for (let i: usize = 0; i < TEXT_BYTES; i += 16) v128.store(to + i, v128.load(from + i));
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

/** @param tag Of one byte or two. */
function putIpv4(at: usize, tag: u32, from: usize): usize {
  if (tag > 0x7f) {
    store<u8>(at++, <u8> (tag | 0x80));
    tag >>= 7;
  }
  store<u8>(at, <u8> tag);
  let to = at + 2;
  for (let i = 0; i < 4; i++) {
    const decimal = DECIMALS + 4 * <usize> load<u8>(from + i);
    store<u32>(to, load<u32>(decimal));
    to += load<u8>(decimal + 3);
    store<u8>(to++, DOT);
  }
  to--;
  store<u8>(at + 1, <u8> (to - at - 2));
  return to;
}
