import { assertEquals } from "@std/assert";
import { EthernetSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { assertQuestion, INNER_FRAME } from "../question.ts";

const PPP = { linkType: 9 };

Deno.test("a frame of Ethernet is within, without segment, padding and checksum", () => {
  assertQuestion(decodeFrame(frame("ff030031 00 01", INNER_FRAME), PPP), "Ethernet");
  const all = decodeFrame(frame("0031 c3 01 00000007", INNER_FRAME, "000000 01020304"), PPP);
  assertQuestion(all, "Ethernet");
  assertEquals(all.recordsOf(EthernetSchema)[0]?.PayloadSize, 62);
});

Deno.test("other networks and compressed frames have no record", () => {
  assertRefused(frame("0031 00 02", INNER_FRAME), undefined, "PppBridging unsupported", PPP);
  assertRefused(frame("0031 20 01", INNER_FRAME), undefined, "PppBridging unsupported", PPP);
});

Deno.test("a header or trailer cut short is counted", () => {
  assertTruncated(frame("0031 c3 01 00000007 01"), 3, 8, undefined, "PppBridging truncated", PPP);
});
