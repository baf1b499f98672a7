import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { FDDISchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const FDDI = { linkType: 10 };
const FRAME = frame("57 020000000001 02000000000a", "aaaa03 000000 0806");
const text = (value: string) => new TextEncoder().encode(value);

Deno.test("the destination comes first; addresses are text", () => {
  const decoded = decodeFrame(FRAME, FDDI);
  assertEquals(decoded.recordsOf(FDDISchema), [create(FDDISchema, {
    FrameControl: 0x50,
    Priority: 7,
    SrcMAC: text("02:00:00:00:00:0a"),
    DstMAC: text("02:00:00:00:00:01"),
  })]);
  assertCanonical(decoded, FDDISchema);
});

Deno.test("LLC is in asynchronous and synchronous LLC frames, not in those of the ring", () => {
  assertEquals(decodeFrame(FRAME, FDDI).types, ["FDDI", "LLC", "SNAP"]);
  assertEquals(decodeFrame(patched(FRAME, 0, "d1"), FDDI).types, ["FDDI", "LLC", "SNAP"]);
  assertEquals(decodeFrame(patched(FRAME, 0, "41"), FDDI).types, ["FDDI"]); // SMT
  assertEquals(decodeFrame(patched(FRAME, 0, "c3"), FDDI).types, ["FDDI"]); // MAC
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(FRAME, 0, 12, FDDISchema, "Fddi truncated", FDDI);
});
