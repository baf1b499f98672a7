import { assertEquals } from "@std/assert";
import { IPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { IPV4 } from "./in_udp.ts";

const OUTER = "020000000002 020000000001 0800" +
  "45000038 00010000 40 67 0000 c0000201 c6336402";
const REGISTER = frame(OUTER, "2100deff 00000000", IPV4);

Deno.test("a register holds an IP packet (RFC 7761)", () => {
  const decoded = decodeFrame(REGISTER);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "IPv4", "ICMPv4"]);
  assertEquals(decoded.recordsOf(IPv4Schema)[1]!.SrcIP, "10.0.0.1");
});

Deno.test("other messages have no record", () => {
  for (const type of ["20", "23", "11"]) {
    assertRefused(frame(OUTER, type, "00deff", IPV4), undefined, "PimRegister unsupported");
  }
  assertTruncated(REGISTER, 35, 41, undefined, "PimRegister truncated");
});
