import { assertEquals } from "@std/assert";
import { IPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const IPV6 =
  "60000000 0004 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002";
const ADDRESSES = new Uint8Array(40).fill(0xfe);

Deno.test("SLIP: the packet is whole, whatever compression made of it on the line", () => {
  const SLIP = { linkType: 8 };
  for (const kind of ["0040", "0170", "0080"]) {
    const packet = frame(kind, new Uint8Array(14), IPV4);
    const decoded = decodeFrame(packet, SLIP);
    assertEquals(decoded.types, ["IPv4", "ICMPv4"]);
    assertEquals(decoded.recordsOf(IPv4Schema)[0]!.DstIP, "192.0.2.2");
    assertTruncated(packet, 0, 16, undefined, "Slip truncated", SLIP);
  }
});

Deno.test("IPNET: the address family is Solaris's", () => {
  const IPNET = { linkType: 226 };
  const header = frame("01 02 0002 0000001c 00000001 00000000 00000000 00000000");
  const packet = frame(header, IPV4);
  assertEquals(decodeFrame(packet, IPNET).types, ["IPv4", "ICMPv4"]);
  assertEquals(decodeFrame(frame(patched(header, 1, "1a"), IPV6), IPNET).types, ["IPv6"]);
  assertTruncated(packet, 0, 23, undefined, "IpNet truncated", IPNET);
  assertRefused(patched(packet, 0, "02"), undefined, "IpNet unsupported", IPNET);
});

Deno.test("IP over InfiniBand: an EtherType behind both addresses (RFC 4391)", () => {
  const packet = frame(ADDRESSES, "0800 0000", IPV4);
  assertEquals(decodeFrame(packet, { linkType: 242 }).types, ["IPv4", "ICMPv4"]);
  assertTruncated(packet, 0, 43, undefined, "InfiniBand truncated", { linkType: 242 });
});

Deno.test("LoRaTap: networks are counted by their word", () => {
  const LORA = { linkType: 270 };
  const header = frame("0000 000f 33be27a0 01 07 60 70 80 20 34");
  const packet = frame(header, "40f17dbe49000200");
  assertEquals(decodeFrame(packet, LORA).counts.unknown, { "LoraTap unknown sync word 0x34": 1 });
  assertTruncated(packet, 0, 14, undefined, "LoraTap truncated", LORA);
  assertRefused(patched(packet, 2, "0023"), undefined, "LoraTap truncated", LORA);
  assertRefused(patched(packet, 2, "000e"), undefined, "LoraTap malformed", LORA);
});
