import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// Written by scapy: frame 22 of tests/captures/crafted/tunnels.pcap.
const BRIDGED = frame(
  "020000000002 020000000001 0800 45000046 00010000 4061f652 c0000201 c0000202 3000",
  "020000000004 020000000003 0800",
  "45000022 00010000 401166c8 0a000001 0a000002 0400 0009 000e a689 696e73696465",
);
const HEADER_AT = 34;

Deno.test("the frame inside is decoded", () => {
  assertEquals(decodeFrame(BRIDGED).types, ["Ethernet", "IPv4", "Ethernet", "IPv4", "UDP"]);
});

Deno.test("a header cut short, and one of another version, end the packet", () => {
  assertTruncated(BRIDGED, HEADER_AT + 1, HEADER_AT + 1, undefined, "EtherIp truncated");
  assertRefused(patched(BRIDGED, HEADER_AT, "40"), undefined, "EtherIp unsupported");
});
