import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { Dot1QSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// tcpdump's tests/802.1ad_QinQ.pcap, frame 1, without its padding.
const QINQ = frame(
  "ffffffffffff 0020d25afb3f 88a8 00c8 8100 07d1 0806",
  "0001 0800 06 04 0001 0020d25afb3f ac154f61 000000000000 ac154f64",
);
const OUTER_AT = 14;
const INNER_AT = 18;

Deno.test("a tag in a tag gives the original's two records", () => {
  const decoded = decodeFrame(QINQ, { nanos: 1575842394599412000n });
  assertEquals(decoded.recordsOf(Dot1QSchema), [
    create(Dot1QSchema, {
      Timestamp: 1575842394599412000n,
      VLANIdentifier: 200,
      Type: 33024,
    }),
    create(Dot1QSchema, {
      Timestamp: 1575842394599412000n,
      VLANIdentifier: 2001,
      Type: 2054,
    }),
  ]);
  assertCanonical(decoded, Dot1QSchema);
});

Deno.test("priority, drop eligibility and identifier share 16 bits", () => {
  // tshark of this frame: ieee8021ad.priority 5, ieee8021ad.dei 1, ieee8021ad.id 200
  const [outer] = decodeFrame(patched(QINQ, OUTER_AT, "b0c8")).recordsOf(Dot1QSchema);
  assertEquals(outer?.Priority, 5);
  assertEquals(outer?.DropEligible, true);
  assertEquals(outer?.VLANIdentifier, 200);
});

Deno.test("a tag cut short gives no record, and keeps those of the layers before it", () => {
  assertTruncated(QINQ, OUTER_AT + 1, OUTER_AT + 3, Dot1QSchema, "Dot1Q truncated");
  const cut = decodeFrame(QINQ.subarray(0, INNER_AT + 3));
  assertEquals(cut.types, ["Ethernet", "Dot1Q"]);
  assertEquals(cut.counts.failed, { "Dot1Q truncated": 1 });
});

Deno.test("an unknown type behind a tag ends the packet, which is counted by it", () => {
  const decoded = decodeFrame(patched(QINQ, INNER_AT + 2, "1234"));
  assertEquals(decoded.types, ["Ethernet", "Dot1Q", "Dot1Q"]);
  assertEquals(decoded.counts.unknown, { "Dot1Q unknown 0x1234": 1 });
});
