import { assertEquals } from "@std/assert";
import { EthernetSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

const IPV4 = "4500001c 00010000 40 01 0000 c0000201 c0000202 0800f7fd00010001";
const MACS = "02000000000b 02000000000a";
const TAGS = [
  [281, "BroadcomTagged", "20001008"],
  [284, "MarvellTagged", "e0180064"],
  [285, "MarvellEtherTagged", "dada0000 c0180001"],
] as const;

for (const [linkType, name, tag] of TAGS) {
  Deno.test(`the type is behind the tag in link type ${linkType}`, () => {
    const packet = frame(MACS, tag, "0800", IPV4);
    const decoded = decodeFrame(packet, { linkType });
    assertEquals(decoded.types, ["Ethernet", "IPv4", "ICMPv4"]);
    assertCanonical(decoded, EthernetSchema);
    const [ethernet] = decoded.recordsOf(EthernetSchema);
    assertEquals(ethernet!.DstMAC, "02:00:00:00:00:0b");
    assertEquals(ethernet!.SrcMAC, "02:00:00:00:00:0a");
    assertEquals(ethernet!.EthernetType, 0x0800);
    assertEquals(ethernet!.PayloadSize, 28);
    const headerBytes = packet.length - 28;
    assertTruncated(packet, 0, headerBytes - 1, EthernetSchema, `${name} truncated`, { linkType });
  });
}

Deno.test("a tag in front of the frame is passed in link type 282", () => {
  const packet = frame("20001008", MACS, "0800", IPV4);
  const decoded = decodeFrame(packet, { linkType: 282 });
  assertEquals(decoded.types, ["Ethernet", "IPv4", "ICMPv4"]);
  assertEquals(decoded.recordsOf(EthernetSchema)[0]!.EthernetType, 0x0800);
  assertTruncated(packet, 0, 3, undefined, "BroadcomPrepended truncated", { linkType: 282 });
});
