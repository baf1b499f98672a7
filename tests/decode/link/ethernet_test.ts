import { create } from "@bufbuild/protobuf";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { EthernetSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// tcpdump's tests/802.1D_spanning_tree.pcap, frame 1: an 802.3 frame, padded.
const SPANNING_TREE = frame(
  "0180c2000000 001906eab885 0026",
  "4242030000000000 8001001906eab880000000008001001906eab880 8005 0000 1400 0200 0f00",
  "0000000000000000",
);

Deno.test("an Ethernet II frame gives the original's record, its padding in the size", () => {
  // tcpdump's tests/IGMP_V2.pcap, frame 1
  const decoded = decodeFrame(
    frame(
      "01005e000001 001b11102611 0800",
      "4500001c65510000 0102b2e3c0a80102 e0000001 1164ee9b00000000",
      "000000000000000000000000000000000000",
    ),
    { nanos: 1235470907698870000n },
  );
  assertEquals(decoded.recordsOf(EthernetSchema), [create(EthernetSchema, {
    Timestamp: 1235470907698870000n,
    SrcMAC: "00:1b:11:10:26:11",
    DstMAC: "01:00:5e:00:00:01",
    EthernetType: 2048,
    PayloadSize: 46,
  })]);
  assertCanonical(decoded, EthernetSchema);
});

Deno.test("an 802.3 frame has no type and ends where its length says", () => {
  const decoded = decodeFrame(SPANNING_TREE, { nanos: 1213789445787073000n });
  assertEquals(decoded.types, ["Ethernet", "LLC"]);
  assertEquals(decoded.recordsOf(EthernetSchema), [create(EthernetSchema, {
    Timestamp: 1213789445787073000n,
    SrcMAC: "00:19:06:ea:b8:85",
    DstMAC: "01:80:c2:00:00:00",
    PayloadSize: 38,
  })]);
  assertCanonical(decoded, EthernetSchema);
});

Deno.test("an 802.3 length beyond the frame counts what was captured", () => {
  const decoded = decodeFrame(patched(SPANNING_TREE, 12, "05dc"));
  assertEquals(decoded.recordsOf(EthernetSchema)[0]?.PayloadSize, 46);
});

Deno.test("with -entropy the payload's bits per byte are there", () => {
  // 3 of 4 bytes 00, 1 of 4 ff: -(3/4 log2 3/4 + 1/4 log2 1/4)
  const quarter = frame("ffffffffffff 0020d25afb3f 0026", "000000ff".repeat(9), "0000");
  const decoded = decodeFrame(quarter.subarray(0, 14 + 36), { entropy: true });
  assertAlmostEquals(decoded.recordsOf(EthernetSchema)[0]!.PayloadEntropy, 0.8112781244591328);
  assertCanonical(decoded, EthernetSchema);
  assertEquals(decodeFrame(quarter).recordsOf(EthernetSchema)[0]!.PayloadEntropy, 0);
});

Deno.test("a frame cut within its header gives no record", () => {
  assertTruncated(SPANNING_TREE, 0, 13, EthernetSchema, "Ethernet truncated");
});
