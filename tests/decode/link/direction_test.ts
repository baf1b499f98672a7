import { assertEquals } from "@std/assert";
import { assertRefused, decodeFrame, frame } from "../decode_frame.ts";

const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const FRAMES = [
  [204, "PppWithDirection", "ff030021"],
  [205, "CiscoHdlcWithDirection", "0f000800"],
  [206, "FrameRelayWithDirection", "1841 03cc"],
] as const;

for (const [linkType, name, header] of FRAMES) {
  Deno.test(`a byte in front of the frame says its direction in link type ${linkType}`, () => {
    for (const direction of ["00", "01"]) {
      const decoded = decodeFrame(frame(direction, header, IPV4), { linkType });
      assertEquals(decoded.types, ["IPv4", "ICMPv4"]);
    }
    assertRefused(frame(""), undefined, `${name} truncated`, { linkType });
  });
}
