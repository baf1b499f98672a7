import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const IPV6 =
  "60000000 0004 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002";
const MPLS = "00010140";

Deno.test("the protocol comes with HDLC-like framing and without, in two bytes or in one", () => {
  for (const linkType of [9, 50]) {
    for (const header of ["ff030021", "0021", "ff0321", "21"]) {
      const decoded = decodeFrame(frame(header, IPV4), { linkType });
      assertEquals(decoded.types, ["IPv4", "ICMPv4"], header);
    }
    assertEquals(decodeFrame(frame("ff030057", IPV6), { linkType }).types, ["IPv6"]);
    assertEquals(decodeFrame(frame("57", IPV6), { linkType }).types, ["IPv6"]);
    assertEquals(decodeFrame(frame("0281", MPLS, IPV4), { linkType }).types.slice(0, 2), [
      "MPLS",
      "IPv4",
    ]);
  }
});

Deno.test("control protocols end the packet, which is counted by the number", () => {
  const numbers = { "ff03c021 01010004": "0xc021", "8021 01010004": "0x8021" };
  for (const [bytes, number] of Object.entries(numbers)) {
    const decoded = decodeFrame(frame(bytes), { linkType: 50 });
    assertEquals(decoded.types, []);
    assertEquals(decoded.counts.unknown, { [`Ppp unknown ${number}`]: 1 });
  }
});

Deno.test("a header cut short is counted", () => {
  assertTruncated(frame("ff030021", IPV4), 0, 3, undefined, "Ppp truncated", { linkType: 9 });
  assertRefused(frame("00"), undefined, "Ppp truncated", { linkType: 9 });
});
