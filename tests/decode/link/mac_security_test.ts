import { assertEquals } from "@std/assert";
import { assertRefused, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { ADDRESSES, assertQuestion, QUESTION } from "../question.ts";

const CHECKSUM = "00".repeat(16);
const CHANNEL = "0200000000010001";

Deno.test("what is not encrypted is decoded, with and without the secure channel", () => {
  const plain = frame(ADDRESSES, "88e5 00 00 00000001 0800", QUESTION, CHECKSUM);
  assertQuestion(decodeFrame(plain), "Ethernet");
  const channel = frame(
    ADDRESSES,
    "88e5 20 00 00000001",
    CHANNEL,
    "8100 0014 0800",
    QUESTION,
    CHECKSUM,
  );
  assertQuestion(decodeFrame(channel), "Ethernet", "Dot1Q");
});

Deno.test("a capture that cut the frame has cut the checksum", () => {
  const cut = frame(ADDRESSES, "88e5 00 00 00000001 0800", QUESTION);
  assertQuestion(decodeFrame(cut, { originalLength: cut.length + 16 }), "Ethernet");
});

Deno.test("a short length says where padding begins", () => {
  // IEEE 802.1AE, 9.7: type and what follows it have fewer than 48 bytes.
  const short = frame(ADDRESSES, "88e5 00 05 00000001 0003 424203", "ee".repeat(30), CHECKSUM);
  assertEquals(decodeFrame(short).types, ["Ethernet", "LLC"]);
  assertEquals(decodeFrame(short).counts.decoded, 1);
});

Deno.test("what is encrypted or changed ends the packet", () => {
  for (const control of ["0c", "04", "08", "2c"]) {
    const decoded = decodeFrame(frame(ADDRESSES, "88e5", control, "00 00000001", QUESTION));
    assertEquals([decoded.types, decoded.counts.decoded], [["Ethernet"], 1], control);
  }
});

Deno.test("there is one version, and a header cut short is counted", () => {
  const whole = frame(ADDRESSES, "88e5 20 00 00000001", CHANNEL, "0800", "45", CHECKSUM);
  assertTruncated(whole, 15, 14 + 14 + 1 + 16, undefined, "MacSecurity truncated");
  const version1 = frame(ADDRESSES, "88e5 80 00 00000001 0800", QUESTION, CHECKSUM);
  assertRefused(version1, undefined, "MacSecurity unsupported");
});
