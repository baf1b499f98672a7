import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// Written by scapy: frames 7 to 10 of tests/captures/crafted/tunnels.pcap, one mirrored frame.
const ETHERNET = "020000000002 020000000001 0800";
const IP = "45000000 00010000 402f0000 c0000201 c0000202";
const MIRRORED = frame(
  "020000000004 020000000003 0800",
  "45000022 00010000 401166c8 0a000001 0a000002 0400 0009 000e a689 696e73696465",
);
const ERSPAN_AT = 42;
const TYPE_I = frame(ETHERNET, IP, "0000 88be", MIRRORED);
const TYPE_II = frame(ETHERNET, IP, "1000 88be 00000003 100a0005 00000000", MIRRORED);
const TYPE_III = frame(ETHERNET, IP, "1000 22eb 00000004 200b0006 00000000 0000 0000", MIRRORED);
const WITH_SUBHEADER = frame(
  ETHERNET,
  IP,
  "1000 22eb 00000005 200b0006 00000000 0000 0001 0400000000000000",
  MIRRORED,
);
const TYPES = ["Ethernet", "IPv4", "GRE", "Ethernet", "IPv4", "UDP"];

Deno.test("the mirrored frame of every type is decoded", () => {
  for (const bytes of [TYPE_I, TYPE_II, TYPE_III, WITH_SUBHEADER]) {
    assertEquals(decodeFrame(bytes).types, TYPES);
  }
});

Deno.test("type III says what it mirrors: frames, IP packets, or something else", () => {
  // draft-foschiano-erspan-03, section 4.3: the frame type is bits 1 to 5 of the last two bytes.
  const packet = MIRRORED.subarray(14);
  const mirroring = (flags: string) =>
    decodeFrame(frame(TYPE_III.subarray(0, ERSPAN_AT + 10), flags, packet)).types.slice(3);
  assertEquals(mirroring("0800"), ["IPv4", "UDP"]);
  assertEquals(mirroring("1c00"), []);
});

Deno.test("a header cut short, and one of another version, end the packet", () => {
  assertTruncated(TYPE_II, ERSPAN_AT + 1, ERSPAN_AT + 7, undefined, "Erspan truncated");
  assertTruncated(WITH_SUBHEADER, ERSPAN_AT + 1, ERSPAN_AT + 19, undefined, "Erspan truncated");
  assertRefused(patched(TYPE_II, ERSPAN_AT, "30"), undefined, "Erspan unsupported");
});
