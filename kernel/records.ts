/**
 * The records of the headers that most packets have: Ethernet, IPv4, and TCP or UDP. The bytes are those
 * that their decoders write (`lib/decode/`), which a test over all captures compares.
 *
 * A record's anchors are behind its time, and behind each of the numbers that are mostly others than those
 * of the record that it is like.
 */
import { bits32At, u16At } from "./bytes.ts";
import { putFarNumber, putFarTag, putNumber, putTime, setTime } from "./fields.ts";
import { Flow } from "./flows.ts";
import { Shape } from "./shapes.ts";
import { commit, MAX_RECORD_BYTES, room, SlotOf, TIME_ANCHOR } from "./slots.ts";
import { EthernetTag, IPv4Tag, TCPOptionTag, TCPTag, UDPTag } from "./tags.ts";
import { copyText, makeTexts } from "./texts.ts";

/** The shapes of TCP and of UDP in IPv4 in untagged Ethernet frames. */
const TCP_SHAPE: u8 = 0x20;
const UDP_SHAPE: u8 = 0x30;
const ETHERNET_BYTES: usize = 14;
const IPV4_BYTES: usize = 20;
const IPV4_WORDS: u32 = 5;
const TCP_BYTES: usize = 20;
const UDP_BYTES: usize = 8;
/** The kind of option up to which one is a single byte. */
const NO_OPERATION: u8 = 1;
const MAX_ANCHOR: usize = 255;
const ONE_IN_EACH: u64 = 0x01010101010101;

/** Writes the records of a packet; false when that is for its decoders to do, and nothing is written. */
export function writeRecords(flow: Flow, shape: Shape, end: usize, sec: i64, nsec: i64): bool {
  const isTcp = shape.number === TCP_SHAPE;
  if (!isTcp && shape.number !== UDP_SHAPE) return false;
  if (!setTime(sec, nsec)) return false;
  if (!flow.hasTexts) makeTexts(flow, shape);
  const ipAt = flow.header + ETHERNET_BYTES;
  const ipEnd = min<usize>(end, ipAt + u16At(ipAt + 2));
  writeEthernet(flow, end);
  writeIpv4(flow, ipAt, ipEnd);
  if (isTcp) writeTcp(flow, ipAt + IPV4_BYTES, ipEnd);
  else writeUdp(flow, ipAt + IPV4_BYTES, ipEnd);
  return true;
}

function anchor(place: u64, start: usize, at: usize): u64 {
  return <u64> min<usize>(at - start, MAX_ANCHOR) << (place << 3);
}

function writeEthernet(flow: Flow, end: usize): void {
  const start = room(SlotOf.Ethernet, MAX_RECORD_BYTES);
  let at = putTime(start + 1);
  copyText(at, flow.linkText);
  at += flow.linkTextBytes;
  at = putNumber(at, EthernetTag.PayloadSize, <u32> (end - flow.header - ETHERNET_BYTES));
  store<u8>(start, <u8> (at - start - 1));
  commit(SlotOf.Ethernet, at, TIME_ANCHOR);
}

function writeIpv4(flow: Flow, from: usize, end: usize): void {
  const start = room(SlotOf.IPv4, MAX_RECORD_BYTES);
  const portsAt = from + IPV4_BYTES;
  let at = putTime(start + 1);
  at = putNumber(at, IPv4Tag.Version, 4);
  at = putNumber(at, IPv4Tag.IHL, IPV4_WORDS);
  at = putNumber(at, IPv4Tag.TOS, load<u8>(from + 1));
  at = putNumber(at, IPv4Tag.Length, u16At(from + 2));
  let anchors = TIME_ANCHOR | anchor(1, start, at);
  at = putNumber(at, IPv4Tag.Id, u16At(from + 4));
  anchors |= anchor(2, start, at);
  at = putNumber(at, IPv4Tag.Flags, load<u8>(from + 6) >> 5); // no fragment: that is another shape
  at = putNumber(at, IPv4Tag.TTL, load<u8>(from + 8));
  at = putNumber(at, IPv4Tag.Protocol, load<u8>(from + 9));
  at = putNumber(at, IPv4Tag.Checksum, u16At(from + 10));
  anchors |= anchor(3, start, at);
  copyText(at, flow.ipText);
  at += flow.ipTextBytes;
  at = putFarNumber(at, IPv4Tag.PayloadSize, <u32> (end - portsAt));
  anchors |= anchor(4, start, at);
  at = putFarNumber(at, IPv4Tag.SrcPort, u16At(portsAt));
  at = putFarNumber(at, IPv4Tag.DstPort, u16At(portsAt + 2));
  store<u8>(start, <u8> (at - start - 1));
  commit(SlotOf.IPv4, at, anchors);
}

function writeUdp(flow: Flow, from: usize, end: usize): void {
  const start = room(SlotOf.UDP, MAX_RECORD_BYTES);
  const length = u16At(from + 4);
  const payloadEnd = length === 0 ? end : min<usize>(end, from + length);
  let at = putTime(start + 1);
  at = putNumber(at, UDPTag.SrcPort, u16At(from));
  at = putNumber(at, UDPTag.DstPort, u16At(from + 2));
  at = putNumber(at, UDPTag.Length, length);
  let anchors = TIME_ANCHOR | anchor(1, start, at);
  at = putNumber(at, UDPTag.Checksum, u16At(from + 6));
  anchors |= anchor(2, start, at);
  at = putNumber(at, UDPTag.PayloadSize, <u32> (payloadEnd - from - UDP_BYTES));
  anchors |= anchor(3, start, at);
  copyText(at, flow.transportText);
  at += flow.transportTextBytes;
  store<u8>(start, <u8> (at - start - 1));
  commit(SlotOf.UDP, at, anchors);
}

function writeTcp(flow: Flow, from: usize, end: usize): void {
  const start = room(SlotOf.TCP, MAX_RECORD_BYTES);
  const words = <u32> load<u8>(from + 12) >> 4;
  const optionsAt = from + TCP_BYTES;
  const payloadAt = from + 4 * words;
  let at = putTime(start + 1);
  at = putNumber(at, TCPTag.SrcPort, u16At(from));
  at = putNumber(at, TCPTag.DstPort, u16At(from + 2));
  at = putNumber(at, TCPTag.SeqNum, bits32At(from + 4));
  let anchors = TIME_ANCHOR | anchor(1, start, at);
  at = putNumber(at, TCPTag.AckNum, bits32At(from + 8));
  anchors |= anchor(2, start, at);
  at = putNumber(at, TCPTag.DataOffset, words);
  for (let flags = <u32> load<u8>(from + 13); flags !== 0; flags &= flags - 1) {
    at = putNumber(at, TCPTag.FIN + (ctz<u32>(flags) << 3), 1);
  }
  at = putNumber(at, TCPTag.NS, load<u8>(from + 12) & 1);
  at = putFarNumber(at, TCPTag.Window, u16At(from + 14));
  anchors |= anchor(3, start, at);
  at = putFarNumber(at, TCPTag.Checksum, u16At(from + 16));
  anchors |= anchor(4, start, at);
  at = putFarNumber(at, TCPTag.Urgent, u16At(from + 18));
  if (optionsAt < payloadAt) at = putOptions(at, optionsAt, payloadAt);
  anchors |= anchor(5, start, at);
  at = putFarNumber(at, TCPTag.PayloadSize, <u32> (end - payloadAt));
  anchors |= anchor(6, start, at);
  copyText(at, flow.transportText);
  at += flow.transportTextBytes;
  const length = <u32> (at - start - 1);
  if (length < 0x80) {
    store<u8>(start, <u8> length);
  } else {
    memory.copy(start + 2, start + 1, length);
    putFarTag(start, length); // a number of two bytes as well
    at++;
    if (length < MAX_ANCHOR) anchors += ONE_IN_EACH;
  }
  commit(SlotOf.TCP, at, anchors);
}

/** Padding, and the options, a message each. */
function putOptions(at: usize, from: usize, end: usize): usize {
  const optionsEnd = endOfOptions(from, end);
  if (optionsEnd < end) {
    at = putBytes(putFarTag(at, TCPTag.Padding), optionsEnd, end);
  }
  while (from < optionsEnd) {
    const kind = load<u8>(from);
    const length = kind <= NO_OPERATION ? 1 : <u32> load<u8>(from + 1);
    const optionAt = putFarTag(at, TCPTag.Options);
    at = putNumber(optionAt + 1, TCPOptionTag.OptionType, kind);
    at = putNumber(at, TCPOptionTag.OptionLength, length);
    if (length > 2) {
      store<u8>(at, TCPOptionTag.OptionData);
      at = putBytes(at + 1, from + 2, from + length);
    }
    store<u8>(optionAt, <u8> (at - optionAt - 1));
    from += length;
  }
  return at;
}

/** The length, less than 128, and the bytes. */
function putBytes(at: usize, from: usize, end: usize): usize {
  store<u8>(at++, <u8> (end - from));
  while (from < end) store<u8>(at++, load<u8>(from++));
  return at;
}

/**
 * Where the whole options in `[at, end)` end, an end-of-options byte included. What stands behind is
 * padding, or an option that is malformed or cut off. RFC 9293, section 3.1.
 */
function endOfOptions(at: usize, end: usize): usize {
  while (at < end) {
    const kind = load<u8>(at);
    if (kind === 0) return at + 1;
    if (kind === NO_OPERATION) {
      at++;
      continue;
    }
    const length = at + 1 < end ? <usize> load<u8>(at + 1) : 0;
    if (length < 2 || at + length > end) return at;
    at += length;
  }
  return at;
}
