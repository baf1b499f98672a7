import { assertEquals } from "@std/assert";
import { IEEE802154Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const TAP = { linkType: 283 };
const FRAME = "0200 09";

Deno.test("a value says how long the check sequence is", () => {
  const sequences: [string, string, number][] = [
    ["00", "", 0],
    ["01", "7928", 0x2879],
    ["02", "01020304", 0x04030201],
  ];
  for (const [kind, fcs, checksum] of sequences) {
    const packet = frame("00 00 1400 0300 0300 010203 00 0000 0100", kind, "000000", FRAME, fcs);
    const [record] = decodeFrame(packet, TAP).recordsOf(IEEE802154Schema);
    assertEquals([record!.SequenceNumber, record!.Checksum, record!.PayloadSize], [9, checksum, 0]);
  }
  const [none] = decodeFrame(frame("00 00 0400", FRAME), TAP).recordsOf(IEEE802154Schema);
  assertEquals(none!.Checksum, 0);
});

Deno.test("a header that does not fit is counted", () => {
  const packet = frame("00 00 0c00 0000 0100 00 000000", FRAME);
  assertTruncated(packet, 0, 11, undefined, "Ieee802154Tap truncated", TAP);
  for (const [at, bytes] of [[0, "01"], [2, "0300"], [6, "0900"], [8, "03"]] as const) {
    assertRefused(patched(packet, at, bytes), undefined, "Ieee802154Tap malformed", TAP);
  }
});
