import { assertEquals } from "@std/assert";
import { IPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertRefused, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// Zeek's gtp6_gtp_0x32.pcap, frame 3, without the options of the inner TCP header; its values are tshark's.
const SEQUENCE = frame(
  "00005e0001de e8b7482b01c0 0800 45280050 0e600000 f3112da1 f395adc6 4fbc9a5b",
  "0868 0868 003c 0000 32 ff 002c 00026d7a 0000 00 00",
  "45080028 8a600000 2a06fe01 adc245bc 0ade0a0a 146cafa0 3d045c1d 44262ba2 50123764dd da0000",
);
const HEADER_AT = 42;
/** 3GPP TS 29.281, 5.2.2.7: a PDU session container, and behind it a PDCP number of 5.2.2.2. */
const EXTENDED = frame(
  SEQUENCE.subarray(0, 16),
  "0058",
  SEQUENCE.subarray(18, 38),
  "0044 0000 34 ff 0034 00026d7a 0000 00 85 01 00 09 c0 01 0102 00",
  SEQUENCE.subarray(HEADER_AT + 12),
);

Deno.test("the packet inside is decoded, behind a sequence number and extension headers", () => {
  for (const bytes of [SEQUENCE, EXTENDED]) {
    const decoded = decodeFrame(bytes);
    assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "IPv4", "TCP"]);
    const [, inner] = decoded.recordsOf(IPv4Schema);
    assertEquals([inner?.SrcIP, inner?.DstIP], ["173.194.69.188", "10.222.10.10"]);
  }
});

Deno.test("a header without flags has nothing more", () => {
  const bytes = frame(
    patched(SEQUENCE.subarray(0, HEADER_AT + 8), HEADER_AT, "30ff0028"),
    SEQUENCE.subarray(HEADER_AT + 12),
  );
  assertEquals(decodeFrame(bytes).types, ["Ethernet", "IPv4", "UDP", "IPv4", "TCP"]);
});

Deno.test("another message ends the packet, as does what is no IP packet", () => {
  for (const bytes of [patched(SEQUENCE, HEADER_AT + 1, "01"), patched(SEQUENCE, 54, "00")]) {
    const decoded = decodeFrame(bytes);
    assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP"]);
    assertEquals(decoded.counts.failed, {});
  }
});

Deno.test("a header that is cut short or contradicts itself ends the packet", () => {
  assertTruncated(SEQUENCE, HEADER_AT + 1, HEADER_AT + 11, undefined, "GtpU truncated");
  assertTruncated(EXTENDED, HEADER_AT + 12, HEADER_AT + 19, undefined, "GtpU truncated");
  assertRefused(patched(EXTENDED, HEADER_AT + 12, "00"), undefined, "GtpU malformed");
  assertRefused(patched(SEQUENCE, HEADER_AT, "52"), undefined, "GtpU unsupported");
});
