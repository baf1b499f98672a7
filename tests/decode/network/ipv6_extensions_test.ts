import { assertEquals } from "@std/assert";
import { ICMPv6EchoSchema, IPv6Schema, UDPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/ipv6-routing-header.pcap, frame 1.
const ROUTED_ECHO = frame(
  "0013c4c784f0 00123fae22f7 86dd 60000000 0020 2b 04",
  "220000000000024402123ffffeae22f7 22000000000002400002000000000004",
  "3a 02 00 01 00000000 22000000000002100002000000000004",
  "80 00 d3ab 0000 0000",
);
// Made by hand; tshark reads a destination options header of 16 bytes and UDP from port 514 to 771.
const WITH_DESTINATION_OPTIONS = frame(
  "333300000001 0020d25afb3f 86dd 60000000 0020 3c 40",
  "20010db8000000000000000000000001 20010db8000000000000000000000002",
  "11 01 01 0c 000000000000000000000000",
  "0202 0303 0010 0000 0708090a0b0c0d0e",
);
const HEADER_AT = 54;

Deno.test("a routing header is passed over without a record", () => {
  const decoded = decodeFrame(ROUTED_ECHO);
  assertEquals(decoded.types, ["Ethernet", "IPv6", "ICMPv6", "ICMPv6Echo"]);
  assertCanonical(decoded, ICMPv6EchoSchema);
  const [ip] = decoded.recordsOf(IPv6Schema);
  assertEquals([ip?.NextHeader, ip?.PayloadSize, ip?.DstIP], [43, 32, "2200::240:2:0:0:4"]);
});

Deno.test("destination options are passed over, and the ports behind them found", () => {
  const decoded = decodeFrame(WITH_DESTINATION_OPTIONS);
  assertEquals(decoded.types, ["Ethernet", "IPv6", "UDP"]);
  assertEquals(decoded.recordsOf(UDPSchema)[0]?.SrcPort, 514);
  assertEquals(decoded.recordsOf(IPv6Schema)[0]?.DstPort, 771);
  assertCanonical(decoded, UDPSchema);
});

Deno.test("an unknown header behind one ends the packet without failure", () => {
  const decoded = decodeFrame(patched(ROUTED_ECHO, HEADER_AT, "3b")); // 59: nothing follows
  assertEquals(decoded.types, ["Ethernet", "IPv6"]);
  assertEquals(decoded.counts.decoded, 1);
});

Deno.test("a header cut short, or longer than its packet, ends it", () => {
  assertTruncated(ROUTED_ECHO, HEADER_AT + 1, HEADER_AT + 23, undefined, "IPv6Routing truncated");
  assertTruncated(
    WITH_DESTINATION_OPTIONS,
    HEADER_AT + 1,
    HEADER_AT + 15,
    UDPSchema,
    "IPv6Destination truncated",
  );
  assertRefused(patched(ROUTED_ECHO, HEADER_AT + 1, "ff"), undefined, "IPv6Routing truncated");
});
