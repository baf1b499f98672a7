import { assertEquals } from "@std/assert";
import { IEEE802154Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
} from "../decode_frame.ts";

const PLAIN = { linkType: 230 };
const WITH_FCS = { linkType: 195 };

function decode(hex: string, options = PLAIN) {
  const decoded = decodeFrame(frame(hex), options);
  assertCanonical(decoded, IEEE802154Schema);
  return decoded.recordsOf(IEEE802154Schema)[0]!;
}

Deno.test("addresses are of 16 or 64 bits, with their last byte first", () => {
  const short = decode("6188 07 3412 ffff 0100 aabb");
  assertEquals([short.FrameType, short.AckRequest, short.SequenceNumber], [1, true, 7]);
  assertEquals([short.DstPAN, short.DstAddr, short.SrcPAN, short.SrcAddr], [
    ...[0x1234, "ff:ff", 0, "00:01"],
  ]);
  assertEquals([short.PANIDCompression, short.PayloadSize], [true, 2]);
  const long = decode("01cc 08 3412 7766554433221100 2143 ffeeddccbbaa9988");
  assertEquals([long.DstAddr, long.SrcAddr], [
    "00:11:22:33:44:55:66:77",
    "88:99:aa:bb:cc:dd:ee:ff",
  ]);
  assertEquals([long.DstPAN, long.SrcPAN], [0x1234, 0x4321]);
});

Deno.test("version 2 may have no number, and names networks by rules of its own (table 7-2)", () => {
  const rules: [string, number, number, number][] = [ // frame control, networks, bytes of the header
    ["41a8", 0x1234, 0, 9], // short ones, compressed: one network
    ["01a8", 0x1234, 0x4321, 11],
    ["01ec", 0x1234, 0, 21], // long ones: one network, or none when compressed
    ["41ec", 0, 0, 19],
  ];
  for (const [control, destination, source, bytes] of rules) {
    const body = destination === 0
      ? "07" + "11".repeat(16)
      : control.endsWith("ec")
      ? "07 3412" + "11".repeat(16)
      : `07 3412 1111 ${source === 0 ? "" : "2143"} 1111`;
    const record = decode(`${control} ${body}`);
    assertEquals(
      [record.DstPAN, record.SrcPAN, record.PayloadSize],
      [destination, source, 0],
      control,
    );
    assertEquals(frame(control, body).length, bytes);
  }
  assertEquals(decode("0121").SequenceNumber, 0);
});

Deno.test("the check sequence is at the end, where the link type says that there is one", () => {
  const record = decode("0200 09 7928", WITH_FCS);
  assertEquals([record.FrameType, record.Checksum, record.PayloadSize], [2, 0x2879, 0]);
  const cut = decodeFrame(frame("6188 07 3412 ffff 0100"), { ...WITH_FCS, originalLength: 20 });
  assertEquals(cut.recordsOf(IEEE802154Schema)[0]!.Checksum, 0);
});

Deno.test("what is cut, reserved or of another form is counted", () => {
  const whole = frame("6188 07 3412 ffff 0100");
  assertTruncated(whole, 0, 8, IEEE802154Schema, "Ieee802154 truncated", PLAIN);
  assertRefused(frame("0104 07"), IEEE802154Schema, "Ieee802154 malformed", PLAIN);
  assertRefused(frame("0500 07"), IEEE802154Schema, "Ieee802154 unsupported", PLAIN);
  assertRefused(frame("0130 07"), IEEE802154Schema, "Ieee802154 unsupported", PLAIN);
});
