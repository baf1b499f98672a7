import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const MACS = "02000000000b 02000000000a";
const FRAMES = [
  [167, "Ethernet", frame(MACS, "0800", IPV4), ["Ethernet", "IPv4", "ICMPv4"]],
  [178, "Ethernet", frame(MACS, "0800", IPV4), ["Ethernet", "IPv4", "ICMPv4"]],
  [179, "Ppp", frame("ff030021", IPV4), ["IPv4", "ICMPv4"]],
  [180, "FrameRelay", frame("1841 03cc", IPV4), ["IPv4", "ICMPv4"]],
  [181, "CiscoHdlc", frame("0f000800", IPV4), ["IPv4", "ICMPv4"]],
] as const;

for (const [linkType, name, inner, types] of FRAMES) {
  Deno.test(`the frame is behind the header and its extensions, in link type ${linkType}`, () => {
    assertEquals(decodeFrame(frame("4d474300", inner), { linkType }).types, types);
    assertEquals(decodeFrame(frame("4d474381 0003 030101", inner), { linkType }).types, types);
  });

  Deno.test(`without a frame there is an IP packet, in link type ${linkType}`, () => {
    const decoded = decodeFrame(frame("4d474303 02000000", IPV4), { linkType });
    assertEquals(decoded.types, ["IPv4", "ICMPv4"]);
  });

  Deno.test(`a header that is cut or none is counted, in link type ${linkType}`, () => {
    const failure = `Juniper${name} truncated`;
    assertTruncated(frame("4d474380 0003 030101"), 0, 8, undefined, failure, { linkType });
    assertTruncated(frame("4d474302 02000000"), 0, 7, undefined, failure, { linkType });
    const other = `Juniper${name} malformed`;
    assertRefused(frame("4d474400", inner), undefined, other, { linkType });
  });
}
