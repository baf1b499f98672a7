import { assertEquals } from "@std/assert";
import { assertRefused, decodeFrame, frame } from "../decode_frame.ts";

const NFLOG = { linkType: 239 };
const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const IPV6 =
  "60000000 0004 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002";

Deno.test("the packet is one of the values, in either byte order", () => {
  const little = frame("02 00 001e", "0800 0100 0800 0100", "0700 0a00 696e00 00", "2000 0900");
  const big = frame("02 00 001e", "0008 0001 0800 0100", "0007 000a 696e00 00", "0020 0009");
  for (const header of [little, big]) {
    assertEquals(decodeFrame(frame(header, IPV4), NFLOG).types, ["IPv4", "ICMPv4"]);
  }
  const ipv6 = frame("0a 00 0000", "2c00 0900", IPV6);
  assertEquals(decodeFrame(ipv6, NFLOG).types, ["IPv6"]);
});

Deno.test("what a bridge has logged is told by its EtherType", () => {
  const bridged = frame("07 00 0000", "0800 0100 0800 0100", "2000 0900", IPV4);
  assertEquals(decodeFrame(bridged, NFLOG).types, ["IPv4", "ICMPv4"]);
});

Deno.test("a packet may have no bytes in the log", () => {
  assertEquals(decodeFrame(frame("02 00 0000", "0800 0100 0800 0100"), NFLOG).counts.decoded, 1);
});

Deno.test("values that do not fit, and another version, are counted", () => {
  for (const cut of ["02 00 00", "02 00 0000 0800", "02 00 0000 0800 0100 0800"]) {
    assertRefused(frame(cut), undefined, "NfLog truncated", NFLOG);
  }
  assertRefused(frame("02 00 0000 0300 0900"), undefined, "NfLog malformed", NFLOG);
  assertRefused(frame("02 01 0000"), undefined, "NfLog unsupported", NFLOG);
});
