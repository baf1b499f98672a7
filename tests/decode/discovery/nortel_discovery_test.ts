import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { NortelDiscoverySchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// Written by scapy: tests/captures/crafted/discovery.py, frame 9. tshark gives the same values.
const HELLO = frame(
  "010081000100 02005e005301 0013 aaaa03 000081 01a2",
  "c0000209 000115 1e 0c 02 03",
);
const TYPE_AT = 20;
const MESSAGE_AT = 22;
const RECORD = create(NortelDiscoverySchema, {
  Timestamp: 2n,
  IPAddress: frame("c0000209"),
  SegmentID: frame("000115"),
  Chassis: 30,
  Backplane: 12,
  State: 2,
  NumLinks: 3,
});

Deno.test("each hello gives a record, to the segment and to the whole net", () => {
  const decoded = decodeFrame(HELLO, { nanos: 2n });
  assertEquals(decoded.recordsOf(NortelDiscoverySchema), [RECORD]);
  assertCanonical(decoded, NortelDiscoverySchema);
  const toNet = decodeFrame(patched(HELLO, TYPE_AT, "01a1"), { nanos: 2n });
  assertEquals(toNet.recordsOf(NortelDiscoverySchema), [RECORD]);
});

Deno.test("a hello cut short gives no record", () => {
  const failure = "NortelDiscovery truncated";
  assertTruncated(HELLO, MESSAGE_AT + 1, HELLO.length - 1, NortelDiscoverySchema, failure);
});
