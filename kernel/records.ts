/**
 * The records of headers in Ethernet frames. The bytes are those that their decoders write (`lib/decode/`),
 * which a test over all captures compares.
 *
 * A record's anchors are behind its time, and behind each of the numbers that are mostly others than those
 * of the record that it is like.
 */
import { bits32At, u16At } from "./bytes.ts";
import { putFarNumber, putNumber, putTime, setTime } from "./fields.ts";
import { FIRST_ETHER_TYPE } from "./find_shape.ts";
import { Flow } from "./flows.ts";
import { ICMPV4, ICMPV6, OTHER, Shape, TCP } from "./shapes.ts";
import { anchor, finish, room, SlotOf, TIME_ANCHOR } from "./slots.ts";
import { Dot1QTag, EthernetTag, IPv4Tag, IPv6Tag } from "./tags.ts";
import { makeTexts, putText } from "./texts.ts";
import { writeIcmpv4, writeIcmpv6, writeTcp, writeUdp } from "./transport_records.ts";

const ETHERNET_BYTES: usize = 14;
const TAG_BYTES: usize = 4;
const IPV4_BYTES: usize = 20;
const IPV4_WORDS: u32 = 5;
const IPV6_BYTES: usize = 40;

/** Writes the records of a packet; false when that is for its decoders to do, and nothing is written. */
export function writeRecords(flow: Flow, shape: Shape, end: usize, sec: i64, nsec: i64): bool {
  if (!shape.isEthernet || !setTime(sec, nsec)) return false;
  if (!flow.hasTexts) makeTexts(flow, shape);
  const header = flow.header;
  const ipAt = header + shape.linkBytes;
  writeEthernet(flow, end);
  for (let at = header + ETHERNET_BYTES; at < ipAt; at += TAG_BYTES) writeDot1Q(at);
  if (shape.ipVersion === 0) return true;
  const isIpv4 = shape.ipVersion === 4;
  const protocolAt = header + shape.protocolAt;
  const ipEnd = min<usize>(
    end,
    isIpv4 ? ipAt + u16At(ipAt + 2) : protocolAt + u16At(ipAt + 4),
  );
  const hasPorts = shape.portBytes > 0;
  if (isIpv4) writeIpv4(flow, ipAt, ipEnd, hasPorts);
  else writeIpv6(flow, ipAt, ipEnd, hasPorts);
  if (shape.protocol === TCP) writeTcp(flow, protocolAt, ipEnd);
  else if (shape.protocol === ICMPV4) writeIcmpv4(flow, protocolAt);
  else if (shape.protocol === ICMPV6) writeIcmpv6(flow, protocolAt);
  else if (shape.protocol !== OTHER) writeUdp(flow, protocolAt, ipEnd);
  return true;
}

function writeEthernet(flow: Flow, end: usize): void {
  const start = room(SlotOf.Ethernet);
  const payloadAt = flow.header + ETHERNET_BYTES;
  const typeOrLength = u16At(payloadAt - 2);
  if (typeOrLength < FIRST_ETHER_TYPE) end = min<usize>(end, payloadAt + typeOrLength);
  let at = putText(putTime(start + 1), flow.linkText, flow.linkTextBytes);
  at = putNumber(at, EthernetTag.PayloadSize, <u32> (end - payloadAt));
  finish(SlotOf.Ethernet, start, at, TIME_ANCHOR);
}

function writeDot1Q(from: usize): void {
  const start = room(SlotOf.Dot1Q);
  const control = u16At(from);
  let at = putTime(start + 1);
  at = putNumber(at, Dot1QTag.Priority, control >> 13);
  at = putNumber(at, Dot1QTag.DropEligible, (control >> 12) & 1);
  at = putNumber(at, Dot1QTag.VLANIdentifier, control & 0xfff);
  at = putNumber(at, Dot1QTag.Type, u16At(from + 2));
  finish(SlotOf.Dot1Q, start, at, TIME_ANCHOR);
}

function writeIpv4(flow: Flow, from: usize, end: usize, hasPorts: bool): void {
  const start = room(SlotOf.IPv4);
  const payloadAt = from + IPV4_BYTES;
  const fragment = u16At(from + 6);
  let at = putTime(start + 1);
  at = putNumber(at, IPv4Tag.Version, 4);
  at = putNumber(at, IPv4Tag.IHL, IPV4_WORDS);
  at = putNumber(at, IPv4Tag.TOS, load<u8>(from + 1));
  at = putNumber(at, IPv4Tag.Length, u16At(from + 2));
  let anchors = TIME_ANCHOR | anchor(1, start, at);
  at = putNumber(at, IPv4Tag.Id, u16At(from + 4));
  anchors |= anchor(2, start, at);
  at = putNumber(at, IPv4Tag.Flags, fragment >> 13);
  at = putNumber(at, IPv4Tag.FragOffset, fragment & 0x1fff);
  at = putNumber(at, IPv4Tag.TTL, load<u8>(from + 8));
  at = putNumber(at, IPv4Tag.Protocol, load<u8>(from + 9));
  at = putNumber(at, IPv4Tag.Checksum, u16At(from + 10));
  anchors |= anchor(3, start, at);
  at = putText(at, flow.ipText, flow.ipTextBytes);
  at = putFarNumber(at, IPv4Tag.PayloadSize, <u32> (end - payloadAt));
  anchors |= anchor(4, start, at);
  if (hasPorts) {
    at = putFarNumber(at, IPv4Tag.SrcPort, u16At(payloadAt));
    at = putFarNumber(at, IPv4Tag.DstPort, u16At(payloadAt + 2));
  }
  finish(SlotOf.IPv4, start, at, anchors);
}

function writeIpv6(flow: Flow, from: usize, end: usize, hasPorts: bool): void {
  const start = room(SlotOf.IPv6);
  const payloadAt = from + IPV6_BYTES;
  const words = bits32At(from);
  let at = putTime(start + 1);
  at = putNumber(at, IPv6Tag.Version, 6);
  at = putNumber(at, IPv6Tag.TrafficClass, (words >> 20) & 0xff);
  at = putNumber(at, IPv6Tag.FlowLabel, words & 0xfffff);
  at = putNumber(at, IPv6Tag.Length, u16At(from + 4));
  let anchors = TIME_ANCHOR | anchor(1, start, at);
  at = putNumber(at, IPv6Tag.NextHeader, load<u8>(from + 6));
  at = putNumber(at, IPv6Tag.HopLimit, load<u8>(from + 7));
  at = putText(at, flow.ipText, flow.ipTextBytes);
  at = putNumber(at, IPv6Tag.PayloadSize, <u32> (end - payloadAt));
  anchors |= anchor(2, start, at);
  if (hasPorts) {
    at = putNumber(at, IPv6Tag.SrcPort, u16At(payloadAt));
    at = putNumber(at, IPv6Tag.DstPort, u16At(payloadAt + 2));
  }
  finish(SlotOf.IPv6, start, at, anchors);
}
