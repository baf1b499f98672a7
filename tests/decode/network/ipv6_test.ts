import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { IPv6Schema, UDPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Community ID's pcaps/ipv6.pcap, frame 1.
const SYN = frame(
  "000573a007d1 68a3c4f949f6 86dd 60000000 0020 06 40",
  "20010470e5bfdead49572174e82c4887 2607f8b0400c0c03000000000000001a",
  "f9c7 0019 03a08830 00000000 8002 2000 da47 0000 0204058c0103030801010402",
);
const HEADER_AT = 14;
const PAYLOAD_AT = 54;

Deno.test("a packet gives the values that tshark shows", () => {
  const decoded = decodeFrame(SYN, { nanos: 1500000090000000000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "TCP"]);
  assertEquals(decoded.recordsOf(IPv6Schema), [create(IPv6Schema, {
    Timestamp: 1500000090000000000n,
    Version: 6,
    Length: 32,
    NextHeader: 6,
    HopLimit: 64,
    SrcIP: "2001:470:e5bf:dead:4957:2174:e82c:4887",
    DstIP: "2607:f8b0:400c:c03::1a",
    PayloadSize: 32,
    SrcPort: 63943,
    DstPort: 25,
  })]);
  assertCanonical(decoded, IPv6Schema);
});

Deno.test("a hop-by-hop header is not in the payload size, as the original has it", () => {
  // tcpdump's tests/icmpv6.pcap, frame 2
  const decoded = decodeFrame(
    frame(
      "333300000016 001517cce546 86dd 60000000 0024 00 01",
      "fe80000000000000021517fffecce546 ff020000000000000000000000000016",
      "3a00 05020000 0100 8f00 1fc5 00000001",
      "04000000 ff0200000000000000000db811223344",
    ),
    { nanos: 1358571247748985000n },
  );
  assertEquals(decoded.recordsOf(IPv6Schema), [create(IPv6Schema, {
    Timestamp: 1358571247748985000n,
    Version: 6,
    Length: 36,
    HopLimit: 1,
    SrcIP: "fe80::215:17ff:fecc:e546",
    DstIP: "ff02::16",
    PayloadSize: 28,
  })]);
  assertCanonical(decoded, IPv6Schema);
});

Deno.test("traffic class and flow label share 28 bits", () => {
  // The first 4 bytes of the example: version 6, class 0xb8, label 0xabcde.
  const [ip] = decodeFrame(patched(SYN, HEADER_AT, "6b8abcde")).recordsOf(IPv6Schema);
  assertEquals([ip?.Version, ip?.TrafficClass, ip?.FlowLabel], [6, 0xb8, 0xabcde]);
});

Deno.test("padding behind the payload length is dropped", () => {
  const decoded = decodeFrame(frame(patched(SYN, HEADER_AT + 4, "001c"), "ffff"), {
    entropy: true,
  });
  assertEquals(decoded.recordsOf(IPv6Schema)[0]?.PayloadSize, 28);
  assertCanonical(decoded, IPv6Schema);
});

Deno.test("a jumbogram's length is in its hop-by-hop option, RFC 2675", () => {
  const jumbogram = frame(
    "000573a007d1 68a3c4f949f6 86dd 60000000 0000 00 40",
    "20010db8000000000000000000000001 20010db8000000000000000000000002",
    "11 00 c204 00000014 0202 0303 0000 0000 41424344",
    "eeee", // not in the packet
  );
  const decoded = decodeFrame(jumbogram);
  assertEquals(decoded.types, ["Ethernet", "IPv6", "IPv6HopByHop", "UDP"]);
  const [ip] = decoded.recordsOf(IPv6Schema);
  assertEquals([ip?.Length, ip?.PayloadSize, ip?.DstPort], [0, 12, 771]);
  assertEquals(decoded.recordsOf(UDPSchema)[0]?.PayloadSize, 4);
});

Deno.test("a length of 0 without that option, of offloaded segments, is what was captured", () => {
  const decoded = decodeFrame(patched(SYN, HEADER_AT + 4, "0000"));
  assertEquals(decoded.types, ["Ethernet", "IPv6", "TCP"]);
  assertEquals(decoded.recordsOf(IPv6Schema)[0]?.PayloadSize, 32);
});

Deno.test("a length of 0 with no next header is a packet without payload, RFC 8200, 4.7", () => {
  const padded = frame(
    "000573a007d1 68a3c4f949f6 86dd 60000000 0000 3b 40",
    "20010db8000000000000000000000001 20010db8000000000000000000000002",
    "000000000000", // up to the 60 bytes of the shortest frame
  );
  const [ip] = decodeFrame(padded, { entropy: true }).recordsOf(IPv6Schema);
  assertEquals([ip?.NextHeader, ip?.PayloadSize], [59, 0]);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(SYN, HEADER_AT + 1, PAYLOAD_AT - 1, IPv6Schema, "IPv6 truncated");
});

Deno.test("another version than 6 gives no record", () => {
  assertRefused(patched(SYN, HEADER_AT, "70"), IPv6Schema, "IPv6 malformed");
});
