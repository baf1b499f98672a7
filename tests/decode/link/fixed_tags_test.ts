import { assertEquals } from "@std/assert";
import { Dot1QSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { ADDRESSES, assertQuestion, QUESTION } from "../question.ts";

/** By layer: the EtherType and what is between it and the next. */
const TAGS = {
  VnTag: "8926 00000014", // as in suricata-verify's decode-vntag-01
  ETag: "893f 000000010000", // as in suricata-verify's decode-etag-01
  HsrTag: "892f 0040 0001",
  RedundancyTag: "f1c1 0000 0001",
  CiscoMetaData: "8909 0101 0001 0002",
};

for (const [name, tag] of Object.entries(TAGS)) {
  Deno.test(`${name} is passed over, whatever tags are around it`, () => {
    assertQuestion(decodeFrame(frame(ADDRESSES, tag, "0800", QUESTION)), "Ethernet");
    const around = decodeFrame(frame(ADDRESSES, "8100 001e", tag, "8100 0014 0800", QUESTION));
    assertQuestion(around, "Ethernet", "Dot1Q", "Dot1Q");
    assertEquals(
      around.recordsOf(Dot1QSchema).map(({ VLANIdentifier }) => VLANIdentifier),
      [30, 20],
    );
  });

  Deno.test(`${name} may have a length behind it, or what nobody knows`, () => {
    const length = decodeFrame(frame(ADDRESSES, tag, "0003 424203", "00".repeat(40)));
    assertEquals(length.types, ["Ethernet", "LLC"]);
    assertEquals(length.counts.decoded, 1, "the rest is padding");
    const unknown = decodeFrame(frame(ADDRESSES, tag, "fffe 00"));
    assertEquals(unknown.counts.unknown, { [`${name} unknown 0xfffe`]: 1 });
  });

  Deno.test(`${name} cut short is counted`, () => {
    const whole = frame(ADDRESSES, tag, "0800");
    const cut = frame(whole, "45");
    assertTruncated(cut, 15, whole.length - 1, undefined, `${name} truncated`);
  });
}
