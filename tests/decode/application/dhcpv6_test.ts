import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { DHCPv4Schema, DHCPv6Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertTruncated,
  decodeFrame,
  frame,
} from "../decode_frame.ts";
import { LINKTYPE_IPV4, udpPacket } from "./dns_messages.ts";

// tcpdump's tests/dhcpv6-ia-na.pcap, frame 1; the values are tshark's.
const SOLICIT = frame(
  "333300010002 000102030405 86dd",
  "6000000000381140 fe80000000000000020102fffe030405 ff020000000000000000000000010002",
  "0222 0223 0038 1123",
  "01 90b45c 0001000a 00030001000102030405 00060004 00170018 00080002 0000",
  "0003000c 0203040500000e1000001518",
);
const MESSAGE_AT = 62;
const IP = { linkType: LINKTYPE_IPV4 };

Deno.test("a client's message gives its transaction and options, and no addresses", () => {
  const decoded = decodeFrame(SOLICIT, { nanos: 1353944094978692000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "UDP", "DHCPv6"]);
  assertEquals(decoded.recordsOf(DHCPv6Schema), [create(DHCPv6Schema, {
    Timestamp: 1353944094978692000n,
    MsgType: 1,
    TransactionID: frame("90b45c"),
    Options: [
      { Code: 1, Length: 10, Data: frame("00030001000102030405") },
      { Code: 6, Length: 4, Data: frame("00170018") },
      { Code: 8, Length: 2, Data: frame("0000") },
      { Code: 3, Length: 12, Data: frame("0203040500000e1000001518") },
    ],
    Fingerprint: "1,6,8,3",
    SrcIP: "fe80::201:2ff:fe03:405",
    DstIP: "ff02::1:2",
    SrcPort: 546,
    DstPort: 547,
  })]);
  assertCanonical(decoded, DHCPv6Schema);
});

Deno.test("a relay agent's message gives hops and addresses, and no transaction", () => {
  // RFC 8415, section 9: type, hop count, link address, peer address; option 9 is what is relayed.
  const relayed = udpPacket(
    547,
    547,
    frame("0c 02", "20010db8", "00".repeat(11), "01", "fe80", "00".repeat(13), "07", "0009 0000"),
  );
  const decoded = decodeFrame(relayed, { ...IP, context: false });
  assertEquals(decoded.recordsOf(DHCPv6Schema), [create(DHCPv6Schema, {
    MsgType: 12,
    HopCount: 2,
    LinkAddr: "2001:db8::1",
    PeerAddr: "fe80::7",
    Options: [{ Code: 9 }],
    Fingerprint: "9",
  })]);
  assertTruncated(relayed, 29, relayed.length - 5, DHCPv6Schema, "Dhcpv6 truncated", IP);
  const cut = assertCut(relayed, relayed.length - 4, relayed.length - 1, DHCPv6Schema, IP);
  assertEquals(cut.map(({ Options }) => Options.length), [0, 0, 0, 0]);
});

Deno.test("a message without options has no fingerprint", () => {
  const decoded = decodeFrame(udpPacket(546, 547, frame("0b 000001")), IP);
  assertEquals(decoded.recordsOf(DHCPv6Schema)[0]?.Fingerprint, "");
  assertEquals(decoded.recordsOf(DHCPv6Schema)[0]?.MsgType, 11);
});

Deno.test("a message that ends within its header is truncated", () => {
  assertTruncated(SOLICIT, MESSAGE_AT + 1, MESSAGE_AT + 3, DHCPv6Schema, "Dhcpv6 truncated");
});

Deno.test("of a message that is cut behind its header the whole options are in the record", () => {
  const whole = decodeFrame(SOLICIT).recordsOf(DHCPv6Schema)[0]!.Options;
  const cut = assertCut(SOLICIT, MESSAGE_AT + 4, SOLICIT.length - 1, DHCPv6Schema);
  assertEquals(cut[0]!.Options, []);
  for (const { Options } of cut) assertEquals(Options, whole.slice(0, Options.length));
  assertEquals(cut.at(-1)!.Options.length, whole.length - 1);
});

Deno.test("a datagram that was captured whole and has no whole option is none of DHCPv6", () => {
  const bytes = udpPacket(546, 547, frame("01 abcdef 0001 00ff 00"));
  assertEquals(decodeFrame(bytes, IP).counts.failed, { "Dhcpv6 truncated": 1 });
});

/** A message of a relay agent around another, with an interface behind it. RFC 8415, section 9. */
function relayed(hops: string, type: string, message: Uint8Array): Uint8Array {
  const length = message.length.toString(16).padStart(4, "0");
  const addresses = frame("20010db8", "00".repeat(11), "01", "fe80", "00".repeat(13), "07");
  return frame(type, hops, addresses, "0009", length, message, "0012 0002 6531");
}

Deno.test("the message that was relayed gives a record of its own, however often it was", () => {
  const message = SOLICIT.subarray(MESSAGE_AT);
  const twice = relayed("01", "0c", relayed("00", "0c", message));
  const decoded = decodeFrame(udpPacket(547, 547, twice), IP);
  assertEquals(decoded.types, ["IPv4", "UDP", "DHCPv6", "DHCPv6", "DHCPv6"]);
  const records = decoded.recordsOf(DHCPv6Schema);
  assertEquals(records.map(({ MsgType, HopCount }) => [MsgType, HopCount]), [[12, 1], [12, 0], [
    1,
    0,
  ]]);
  assertEquals(records.map(({ Fingerprint }) => Fingerprint).slice(0, 2), ["9,18", "9,18"]);
  assertEquals(records[2]!.Options, decodeFrame(SOLICIT).recordsOf(DHCPv6Schema)[0]!.Options);
  assertEquals(records.some(({ Truncated }) => Truncated), false);
  const reply = decodeFrame(udpPacket(547, 547, relayed("00", "0d", message)), IP);
  assertEquals(reply.recordsOf(DHCPv6Schema).map(({ MsgType }) => MsgType), [13, 1]);
});

Deno.test("of a relayed message that is cut all records say so", () => {
  const whole = udpPacket(547, 547, relayed("00", "0c", SOLICIT.subarray(MESSAGE_AT)));
  const cut = whole.subarray(0, 28 + 34 + 4 + 4 + 10);
  const decoded = decodeFrame(cut, { ...IP, originalLength: whole.length });
  const records = decoded.recordsOf(DHCPv6Schema);
  assertEquals(records.map(({ MsgType, Truncated }) => [MsgType, Truncated]), [[12, true], [
    1,
    true,
  ]]);
});

Deno.test("a message of DHCPv4 may be in one of DHCPv6", () => {
  // RFC 7341, sections 6 and 8.1: type 20, flags, option 87.
  const dhcpv4 = frame("01 01 06 00 00001234", "00".repeat(228), "63825363 350101 ff");
  const bytes = udpPacket(546, 547, frame("14 000000 0057 00f4", dhcpv4));
  const decoded = decodeFrame(bytes, IP);
  assertEquals(decoded.types, ["IPv4", "UDP", "DHCPv6", "DHCPv4"]);
  assertEquals(decoded.recordsOf(DHCPv4Schema)[0]?.Xid, 0x1234);
});
