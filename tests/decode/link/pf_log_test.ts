import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const PFLOG = { linkType: 117 };
const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const IPV6 =
  "60000000 0004 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002";
const HEADER = frame("3d 02", new Uint8Array(62));
const PACKET = frame(HEADER, IPV4);

Deno.test("the address family says what follows the padded header", () => {
  assertEquals(decodeFrame(PACKET, PFLOG).types, ["IPv4", "ICMPv4"]);
  assertEquals(decodeFrame(frame(patched(HEADER, 1, "18"), IPV6), PFLOG).types, ["IPv6"]);
  assertEquals(decodeFrame(patched(PACKET, 1, "01"), PFLOG).types, []);
});

Deno.test("a header cut short, or of an impossible length, is counted", () => {
  assertTruncated(PACKET, 0, 63, undefined, "PfLog truncated", PFLOG);
  assertRefused(patched(PACKET, 0, "03"), undefined, "PfLog malformed", PFLOG);
});
