import { assertEquals } from "@std/assert";
import { DNSSchema, IPv4Schema, IPv6Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertRefused, decodeFrame, frame } from "../decode_frame.ts";

const RAW = { linkType: 101 };
// tcpdump's tests/LINKTYPE_RAW_ipv4.pcap and LINKTYPE_RAW_ipv6.pcap
const IPV4 = frame(
  "45000039 00010000 4011a695 c0a80164 09090909",
  "3039 0035 0025 1976 1234 0100 0001000000000000 076578616d706c6503636f6d00 0001 0001",
);
const IPV6 = frame(
  "60000000 0025 11 40 20010db8000000000000000000000001 262000fe000000000000000000000009",
  "3039 0035 0025 98b3 1234 0100 0001000000000000 076578616d706c6503636f6d00 0001 0001",
);

Deno.test("the version in the first byte says whether IPv4 or IPv6 follows", () => {
  const four = decodeFrame(IPV4, RAW);
  assertEquals(four.types, ["IPv4", "UDP", "DNS"]);
  assertEquals(four.recordsOf(IPv4Schema)[0]?.SrcIP, "192.168.1.100");
  assertCanonical(four, DNSSchema);
  const six = decodeFrame(IPV6, RAW);
  assertEquals(six.types, ["IPv6", "UDP", "DNS"]);
  assertEquals(six.recordsOf(IPv6Schema)[0]?.DstIP, "2620:fe::9");
});

Deno.test("other numbers of the link type are decoded likewise", () => {
  assertEquals(decodeFrame(IPV4, { linkType: 12 }).types, ["IPv4", "UDP", "DNS"]);
  assertEquals(decodeFrame(IPV6, { linkType: 14 }).types, ["IPv6", "UDP", "DNS"]);
});

Deno.test("a packet without a byte is truncated", () => {
  assertRefused(new Uint8Array(0), undefined, "RawIp truncated", RAW);
});

Deno.test("a packet of another version is malformed", () => {
  assertRefused(frame("50", IPV4.subarray(1)), undefined, "RawIp malformed", RAW);
});
