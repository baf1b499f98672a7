import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const HEADER = frame("6c000000 01000000 01000000", new Uint8Array(96));
const MACS = "02000000000b 02000000000a";
const PACKET = frame(HEADER, MACS, "0800", IPV4);

for (const linkType of [149, 258]) {
  Deno.test(`the header says the link type of the frame, in link type ${linkType}`, () => {
    assertEquals(decodeFrame(PACKET, { linkType }).types, ["Ethernet", "IPv4", "ICMPv4"]);
    const raw = frame(patched(HEADER, 8, "0c000000"), IPV4);
    assertEquals(decodeFrame(raw, { linkType }).types, ["IPv4", "ICMPv4"]);
  });

  Deno.test(`a header that does not fit is counted, in link type ${linkType}`, () => {
    assertTruncated(PACKET, 0, 107, undefined, "Pktap truncated", { linkType });
    assertRefused(patched(PACKET, 0, "0b"), undefined, "Pktap malformed", { linkType });
    assertRefused(patched(PACKET, 4, "00"), undefined, "Pktap unsupported", { linkType });
  });
}
