import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { DHCPv6Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
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
});

Deno.test("a message without options has no fingerprint", () => {
  const decoded = decodeFrame(udpPacket(546, 547, frame("0b 000001")), IP);
  assertEquals(decoded.recordsOf(DHCPv6Schema)[0]?.Fingerprint, "");
  assertEquals(decoded.recordsOf(DHCPv6Schema)[0]?.MsgType, 11);
});

Deno.test("a message that ends within its header or an option is truncated", () => {
  assertTruncated(SOLICIT, MESSAGE_AT + 1, MESSAGE_AT + 3, DHCPv6Schema, "Dhcpv6 truncated");
  const lastOptionAt = SOLICIT.length - 16;
  assertTruncated(
    SOLICIT,
    lastOptionAt + 1,
    SOLICIT.length - 1,
    DHCPv6Schema,
    "Dhcpv6 truncated",
  );
});
