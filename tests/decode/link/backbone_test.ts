import { assertEquals } from "@std/assert";
import { EthernetSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { ADDRESSES, assertQuestion, INNER_FRAME } from "../question.ts";

/** By layer: the EtherType and what is in front of the inner frame. */
const HEADERS = {
  ProviderBackbone: "88e7 00001234", // as in Zeek's pbb.pcap
  FabricPath: "8903 0420", // as in Zeek's cisco-fabric-path.pcap
  Trill: "22f3 003f 0001 0002",
};

for (const [name, header] of Object.entries(HEADERS)) {
  Deno.test(`${name} has a frame within, which gives a record of its own`, () => {
    const decoded = decodeFrame(frame(ADDRESSES, header, INNER_FRAME));
    assertQuestion(decoded, "Ethernet", "Ethernet");
    assertEquals(
      decoded.recordsOf(EthernetSchema).map(({ SrcMAC }) => SrcMAC),
      ["02:00:00:00:00:01", "aa:bb:cc:00:00:01"],
    );
    const tagged = decodeFrame(frame(ADDRESSES, "88a8 001e", header, INNER_FRAME));
    assertQuestion(tagged, "Ethernet", "Dot1Q", "Ethernet");
  });

  Deno.test(`${name} cut short is counted`, () => {
    const whole = frame(ADDRESSES, header);
    assertTruncated(frame(whole, "aa"), 15, whole.length - 1, undefined, `${name} truncated`);
  });
}

Deno.test("TRILL may have options, and has one version", () => {
  const options = "22f3 08bf 0001 0002 0102030405060708"; // RFC 6325, 3.1: two words
  assertQuestion(decodeFrame(frame(ADDRESSES, options, INNER_FRAME)), "Ethernet", "Ethernet");
  assertTruncated(frame(ADDRESSES, options, "aa"), 20, 27, undefined, "Trill truncated");
  const version1 = frame(ADDRESSES, "22f3 403f 0001 0002", INNER_FRAME);
  assertRefused(version1, undefined, "Trill unsupported");
});
