import { assertEquals } from "@std/assert";
import { IPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const ETHERNET = "020000000001 02000000000a";
const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const SESSION = frame(ETHERNET, "8864 11 00 1234 001e 0021", IPV4, "000000000000");
// tcpdump's pppoe.pcap: a PADI
const DISCOVERY = frame(
  "ffffffffffff 000c29903a8b 8863 11 09 0000 0012 01010000 01200002 05dc 01030004 16372c16",
);

Deno.test("a session carries PPP", () => {
  const decoded = decodeFrame(SESSION);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "ICMPv4"]);
  assertEquals(decoded.recordsOf(IPv4Schema)[0]?.DstIP, "192.0.2.2");
});

Deno.test("what follows the length is padding", () => {
  const empty = patched(SESSION, 18, "0000");
  assertEquals(decodeFrame(empty).types, ["Ethernet"]);
  assertEquals(decodeFrame(empty).counts.decoded, 1);
  assertRefused(patched(SESSION, 18, "0001"), IPv4Schema, "Ppp truncated");
});

Deno.test("discovery has no record", () => {
  const decoded = decodeFrame(DISCOVERY);
  assertEquals([decoded.types, decoded.counts.decoded], [["Ethernet"], 1]);
});

Deno.test("link type 51 begins with the header", () => {
  assertEquals(decodeFrame(SESSION.subarray(14), { linkType: 51 }).types, ["IPv4", "ICMPv4"]);
});

Deno.test("a header cut short, or of another version or type, is counted", () => {
  assertTruncated(SESSION, 15, 19, undefined, "Pppoe truncated");
  assertRefused(patched(SESSION, 14, "21"), IPv4Schema, "Pppoe malformed");
});
