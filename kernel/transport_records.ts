/** The records of what IP carries: TCP, UDP and ICMP. See `records.ts`. */
import { bits32At, u16At } from "./bytes.ts";
import { putFarNumber, putFarTag, putNumber, putTime } from "./fields.ts";
import { Flow } from "./flows.ts";
import { anchor, finish, room, SlotOf, TIME_ANCHOR } from "./slots.ts";
import { ICMPv4Tag, ICMPv6Tag, TCPOptionTag, TCPTag, UDPTag } from "./tags.ts";
import { putText } from "./texts.ts";

const TCP_BYTES: usize = 20;
const UDP_BYTES: usize = 8;
/** The kind of option up to which one is a single byte. */
const NO_OPERATION: u8 = 1;

/** Of a datagram in an IP packet that ends at `end`. */
export function writeUdp(flow: Flow, from: usize, end: usize): void {
  const start = room(SlotOf.UDP);
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
  at = putText(at, flow.transportText, flow.transportTextBytes);
  finish(SlotOf.UDP, start, at, anchors);
}

export function writeIcmpv4(flow: Flow, from: usize): void {
  const start = room(SlotOf.ICMPv4);
  let at = putTime(start + 1);
  at = putNumber(at, ICMPv4Tag.TypeCode, u16At(from));
  at = putNumber(at, ICMPv4Tag.Checksum, u16At(from + 2));
  let anchors = TIME_ANCHOR | anchor(1, start, at);
  at = putNumber(at, ICMPv4Tag.Id, u16At(from + 4));
  at = putNumber(at, ICMPv4Tag.Seq, u16At(from + 6));
  anchors |= anchor(2, start, at);
  at = putText(at, flow.transportText, flow.transportTextBytes);
  finish(SlotOf.ICMPv4, start, at, anchors);
}

export function writeIcmpv6(flow: Flow, from: usize): void {
  const start = room(SlotOf.ICMPv6);
  let at = putTime(start + 1);
  at = putNumber(at, ICMPv6Tag.TypeCode, u16At(from));
  at = putNumber(at, ICMPv6Tag.Checksum, u16At(from + 2));
  const anchors = TIME_ANCHOR | anchor(1, start, at);
  at = putText(at, flow.transportText, flow.transportTextBytes);
  finish(SlotOf.ICMPv6, start, at, anchors);
}

/** Of a segment in an IP packet that ends at `end`. */
export function writeTcp(flow: Flow, from: usize, end: usize): void {
  const start = room(SlotOf.TCP);
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
  at = putText(at, flow.transportText, flow.transportTextBytes);
  finish(SlotOf.TCP, start, at, anchors);
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
