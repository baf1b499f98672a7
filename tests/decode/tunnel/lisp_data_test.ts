import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame } from "../decode_frame.ts";
import { inUdp, IPV4, OUTER_BYTES } from "./in_udp.ts";

Deno.test("an IP packet is behind 8 bytes (RFC 9300)", () => {
  const { types } = decodeFrame(inUdp(4341, "88123456 00002a01", IPV4));
  assertEquals(types, ["Ethernet", "IPv4", "UDP", "IPv4", "ICMPv4"]);
});

Deno.test("what is cut or no packet is counted", () => {
  const whole = inUdp(4341, "80123456 00000001");
  assertTruncated(whole, OUTER_BYTES + 1, whole.length - 1, undefined, "LispData truncated");
  assertRefused(inUdp(4341, "80123456 00000001 ff"), undefined, "RawIp malformed");
});
