import { assertEquals } from "@std/assert";
import { SNAPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

const RELAY = { linkType: 107 };
const MULTILINK = { linkType: 182 };
const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const IPV6 =
  "60000000 0004 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002";

Deno.test("the identifier behind the control field says what follows (RFC 2427)", () => {
  assertEquals(decodeFrame(frame("1841 03cc", IPV4), RELAY).types, ["IPv4", "ICMPv4"]);
  assertEquals(decodeFrame(frame("1841 038e", IPV6), RELAY).types, ["IPv6"]);
  assertEquals(decodeFrame(frame("1841 03cf ff030021", IPV4), RELAY).types, ["IPv4", "ICMPv4"]);
});

Deno.test("SNAP has a byte of padding in front, and its own record", () => {
  const decoded = decodeFrame(frame("1841 0300 80 000000 0800", IPV4), RELAY);
  assertEquals(decoded.types, ["SNAP", "IPv4", "ICMPv4"]);
  assertEquals(decoded.recordsOf(SNAPSchema)[0]!.Type, 0x0800);
});

Deno.test("without the control field there is an EtherType, as Cisco has it", () => {
  assertEquals(decodeFrame(frame("1841 0800", IPV4), RELAY).types, ["IPv4", "ICMPv4"]);
});

Deno.test("an address has two to four bytes (Q.922)", () => {
  for (const address of ["1841", "184003", "18400203"]) {
    assertEquals(decodeFrame(frame(address, "03cc", IPV4), RELAY).types, ["IPv4", "ICMPv4"]);
  }
  assertRefused(frame("19 03cc", IPV4), undefined, "FrameRelay malformed", RELAY);
  assertRefused(frame("1840020200 03cc", IPV4), undefined, "FrameRelay malformed", RELAY);
});

Deno.test("the link's own messages have no record", () => {
  const { counts } = decodeFrame(frame("0001 0308 0075 9501 01 00"), RELAY);
  assertEquals(counts.unknown, { "FrameRelay unknown 0x08": 1 });
  assertRefused(frame("0001 0075"), undefined, "FrameRelay unsupported", RELAY);
});

Deno.test("a frame of several links is decoded when it is whole (FRF.16.1)", () => {
  const whole = frame("c12a 1841 03cc", IPV4);
  assertEquals(decodeFrame(whole, MULTILINK).types, ["IPv4", "ICMPv4"]);
  for (const flags of ["81", "41", "01"]) {
    const part = frame(flags, whole.subarray(1));
    assertRefused(part, undefined, "MultilinkFrameRelay incomplete", MULTILINK);
  }
  assertRefused(frame("e100 01"), undefined, "MultilinkFrameRelay unsupported", MULTILINK);
  assertTruncated(whole, 0, 1, undefined, "MultilinkFrameRelay truncated", MULTILINK);
});

Deno.test("a header cut short is counted", () => {
  assertTruncated(frame("1841 0300 80"), 0, 4, undefined, "FrameRelay truncated", RELAY);
});

Deno.test("it is behind a cooked header of its hardware type, whatever the protocol", () => {
  const cooked = frame("0000 0302 0000 0000000000000000 0800", "1841 03cc", IPV4);
  assertEquals(decodeFrame(cooked, { linkType: 113 }).types, ["IPv4", "ICMPv4"]);
});
