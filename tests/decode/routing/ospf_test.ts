import { assertEquals } from "@std/assert";
import { assertRefused, decodeFrame, frame } from "../decode_frame.ts";

/** An IPv4 packet, as it comes without a link layer, of protocol 89. */
function ospf(hex: string): Uint8Array {
  return frame("45000000 00010000 01590000 c0000201 e0000005", hex);
}

Deno.test("the first byte tells the versions apart, whatever carries them", () => {
  const empty = "00 0018 c0000201 00000001 0000 0000 0000000000000000";
  assertEquals(decodeFrame(ospf(`02${empty}`), { linkType: 228 }).types, ["IPv4", "OSPFv2"]);
  assertEquals(decodeFrame(ospf(`03${empty}`), { linkType: 228 }).types, ["IPv4", "OSPFv3"]);
});

Deno.test("other versions give no record", () => {
  for (const version of ["00", "01", "04"]) {
    assertRefused(ospf(version), undefined, "Ospf unsupported", { linkType: 228 });
  }
});
