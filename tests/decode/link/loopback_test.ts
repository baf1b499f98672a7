import { assertEquals } from "@std/assert";
import { IPv4Schema, IPv6Schema, TCPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
} from "../decode_frame.ts";

const NULL = { linkType: 0 };
const LOOP = { linkType: 108 };
// suricata-verify's sip-body-large, frame 1, and Zeek's connect-with-header.trace, frame 1: little-endian
// machines wrote 2 and macOS's 30 in front.
const IPV4 = "45000040 00004000 40060000 7f000001 7f000001" +
  "e9a1 13c4 8f3fa6d1 00000000 b0 02 ffff fe34 0000" +
  "02043fd8 01 030306 01 01 080a8300565300000000 0402 0000";
const IPV6 = "6000d08d 002c 06 40" +
  "00000000000000000000000000000001 00000000000000000000000000000001" +
  "cd2a 0050 4ec852bd 00000000 b0 02 ffff 0034 0000" +
  "02043fc4 01 030305 01 01 080a49b8868500000000 0402 0000";

Deno.test("family 2 is IPv4, in either byte order", () => {
  const decoded = decodeFrame(frame("02000000", IPV4), NULL);
  assertEquals(decoded.types, ["IPv4", "TCP"]);
  assertEquals(decoded.recordsOf(IPv4Schema)[0]?.SrcIP, "127.0.0.1");
  assertEquals(decoded.recordsOf(TCPSchema)[0]?.DstPort, 5060);
  assertCanonical(decoded, TCPSchema);
  assertEquals(decodeFrame(frame("00000002", IPV4), NULL).types, ["IPv4", "TCP"]);
  assertEquals(decodeFrame(frame("00000002", IPV4), LOOP).types, ["IPv4", "TCP"]);
});

Deno.test("the families that systems have for IPv6 are IPv6", () => {
  // tshark decodes the BSDs' 24, 28 and 30; 10 is Linux's, 26 Solaris's.
  for (const family of ["18", "1c", "1e", "0a", "1a"]) {
    const decoded = decodeFrame(frame(family, "000000", IPV6), NULL);
    assertEquals(decoded.types, ["IPv6", "TCP"], family);
    assertEquals(decoded.recordsOf(IPv6Schema)[0]?.SrcIP, "::1");
    assertEquals(decodeFrame(frame("000000", family, IPV6), LOOP).types, ["IPv6", "TCP"]);
  }
});

Deno.test("another family ends the packet, which is counted by it", () => {
  const decoded = decodeFrame(frame("17000000", IPV6), NULL); // 23, IPX
  assertEquals(decoded.types, []);
  assertEquals(decoded.counts.unknown, { "Loopback unknown family 23": 1 });
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(frame("02000000", IPV4), 0, 3, undefined, "Loopback truncated", NULL);
});

Deno.test("a family that contradicts the packet leaves it malformed", () => {
  assertRefused(frame("02000000", IPV6), IPv4Schema, "IPv4 malformed", NULL);
});
