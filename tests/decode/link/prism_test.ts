import { assertEquals } from "@std/assert";
import { Dot11Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

const PRISM = { linkType: 119 };
const DATA = "08012c0002000000000102000000000a02000000000d1014 aaaa03000000 0806";
const LITTLE = frame("44000000 90000000", new Uint8Array(136), DATA);
const BIG = frame("00000044 00000090", new Uint8Array(136), DATA);
const AVS = frame("80211001 00000040", new Uint8Array(56), DATA);

Deno.test("the header's length is in either byte order", () => {
  for (const bytes of [LITTLE, BIG, AVS]) {
    const decoded = decodeFrame(bytes, PRISM);
    assertEquals(decoded.types, ["Dot11", "LLC", "SNAP"]);
    assertEquals(decoded.recordsOf(Dot11Schema)[0]?.Address3, "02:00:00:00:00:0d");
  }
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(LITTLE, 0, 143, Dot11Schema, "Prism truncated", PRISM);
  assertRefused(frame("44000000 07000000"), Dot11Schema, "Prism malformed", PRISM);
});
