import { assertEquals } from "@std/assert";
import { IPv6Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, decodeFrame } from "../decode_frame.ts";
import { inUdp } from "./in_udp.ts";

const IPV6 =
  "60000000 0000 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002";
const AUTHENTICATION = "0001 02 03 aabb 010203 0102030405060708 00";
const ORIGIN = "0000 3fff c6336401";

Deno.test("authentication and origin may be in front of the packet (RFC 4380)", () => {
  for (const front of ["", ORIGIN, AUTHENTICATION, AUTHENTICATION + ORIGIN]) {
    const decoded = decodeFrame(inUdp(3544, front, IPV6));
    assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "IPv6"], front);
    assertEquals(decoded.recordsOf(IPv6Schema)[0]!.SrcIP, "2001:db8::1");
  }
});

Deno.test("what holds no packet is counted", () => {
  assertRefused(inUdp(3544, ORIGIN), undefined, "Teredo truncated");
  assertRefused(inUdp(3544, "0001 02 ff", new Uint8Array(12)), undefined, "Teredo truncated");
  assertRefused(inUdp(3544, "45000000"), undefined, "Teredo malformed");
});
