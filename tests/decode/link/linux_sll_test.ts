import { assertEquals } from "@std/assert";
import { ICMPv6Schema, IPv6Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const SLL = { linkType: 113 };
// tcpdump's tests/babel.pcap, frame 25: captured on a GRE tunnel, ARPHRD type 778.
const LISTENER_REPORT = frame(
  "0000 030a 0000 0000000000000000 86dd",
  "60000000 0038 00 01 fe8000000000000068d31235d0681f9e ff020000000000000000000000000016",
  "3a00 05020000 0100 8f003f6000000002",
  "04000000ff02000000000000000000000001000604000000ff02000000000000cca6c0f9e1825359",
);
const ARPHRD_TYPE_AT = 2;
const PROTOCOL_AT = 14;

Deno.test("the protocol is an EtherType, also on a GRE tunnel, as tshark reads it", () => {
  const decoded = decodeFrame(LISTENER_REPORT, SLL);
  assertEquals(decoded.types, ["IPv6", "IPv6HopByHop", "ICMPv6"]);
  assertEquals(decoded.recordsOf(IPv6Schema)[0]?.SrcIP, "fe80::68d3:1235:d068:1f9e");
  assertEquals(decoded.recordsOf(ICMPv6Schema)[0]?.Checksum, 0x3f60);
  assertCanonical(decoded, ICMPv6Schema);
});

Deno.test("on interfaces where the protocol is no EtherType the packet ends", () => {
  const decoded = decodeFrame(patched(LISTENER_REPORT, ARPHRD_TYPE_AT, "0338"), SLL); // netlink
  assertEquals(decoded.types, []);
  assertEquals(decoded.counts.unknown, { "LinuxSll unknown hardware type 824": 1 });
});

Deno.test("of a wireless interface that says what its radio says it is radiotap", () => {
  const radiotap = "0000 0800 00000000 d400 0000 02000000000a"; // then an acknowledgement
  const decoded = decodeFrame(frame("0000 0323 0006 0200000000010000 0000", radiotap), SLL);
  assertEquals(decoded.types, ["Dot11"]);
});

Deno.test("Linux has numbers of its own for other headers, one for LLC", () => {
  const decoded = decodeFrame(frame("0000 0001 0006 0200000000010000 0004", "424203"), SLL);
  assertEquals(decoded.types, ["LLC"]);
});

Deno.test("an unknown protocol ends the packet, which is counted by it", () => {
  const decoded = decodeFrame(patched(LISTENER_REPORT, PROTOCOL_AT, "0001"), SLL); // raw 802.3
  assertEquals(decoded.types, []);
  assertEquals(decoded.counts.unknown, { "LinuxSll unknown 0x0001": 1 });
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(LISTENER_REPORT, 0, 15, undefined, "LinuxSll truncated", SLL);
});
