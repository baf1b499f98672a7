import { assertEquals } from "@std/assert";
import { CiscoDiscoverySchema, IPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const IPV6 =
  "60000000 0004 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002";

Deno.test("the protocol is an EtherType, to one station and to all", () => {
  for (const linkType of [50, 104]) {
    const decoded = decodeFrame(frame("0f000800", IPV4), { linkType });
    assertEquals(decoded.types, ["IPv4", "ICMPv4"]);
    assertEquals(decoded.recordsOf(IPv4Schema)[0]!.SrcIP, "192.0.2.1");
    assertEquals(decodeFrame(frame("8f0086dd", IPV6), { linkType }).types, ["IPv6"]);
  }
});

Deno.test("Cisco's discovery has its number", () => {
  const decoded = decodeFrame(frame("8f002000 02b4a1b2"), { linkType: 104 });
  assertEquals(decoded.recordsOf(CiscoDiscoverySchema)[0]!.Version, 2);
});

Deno.test("the line's keepalive is no ARP", () => {
  const keepalive = frame("8f008035 00000002 00000001 00000002 ffff 0000");
  const { types, counts } = decodeFrame(keepalive, { linkType: 104 });
  assertEquals(types, []);
  assertEquals(counts.unknown, { "CiscoHdlc unknown 0x8035": 1 });
});

Deno.test("PPP's framing may stand in its place in link type 50", () => {
  assertEquals(decodeFrame(frame("ff030021", IPV4), { linkType: 50 }).types, ["IPv4", "ICMPv4"]);
  assertTruncated(frame("0f00"), 0, 1, undefined, "PppHdlc truncated", { linkType: 50 });
});

Deno.test("a header cut short is counted", () => {
  assertTruncated(frame("0f000800"), 0, 3, undefined, "CiscoHdlc truncated", { linkType: 104 });
});
