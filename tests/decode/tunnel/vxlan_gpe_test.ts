import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame } from "../decode_frame.ts";
import { FRAME, inUdp, IPV4, OUTER_BYTES } from "./in_udp.ts";

const OUTER = ["Ethernet", "IPv4", "UDP"];

Deno.test("the next protocol is one of NSH's, or a frame where none is said", () => {
  const inner: [string, string, string[]][] = [
    ["0c000001 00002a00", IPV4, ["IPv4", "ICMPv4"]],
    ["0c000003 00002a00", FRAME, ["Ethernet", "IPv4", "ICMPv4"]],
    ["0c000004 00002a00 0fc20201 000003ff", IPV4, ["IPv4", "ICMPv4"]], // NSH
    ["0c000005 00002a00 000c8140", IPV4, ["MPLS", "IPv4", "ICMPv4"]],
    ["08000000 00002a00", FRAME, ["Ethernet", "IPv4", "ICMPv4"]],
  ];
  for (const [header, payload, types] of inner) {
    assertEquals(decodeFrame(inUdp(4790, header, payload)).types, [...OUTER, ...types], header);
  }
});

Deno.test("other versions, messages about the tunnel and cut headers are counted", () => {
  assertRefused(inUdp(4790, "1c000001 00002a00"), undefined, "VxlanGpe unsupported");
  assertRefused(inUdp(4790, "0d000001 00002a00"), undefined, "VxlanGpe unsupported");
  const whole = inUdp(4790, "0c000001 00002a00");
  assertTruncated(whole, OUTER_BYTES + 1, whole.length - 1, undefined, "VxlanGpe truncated");
});
