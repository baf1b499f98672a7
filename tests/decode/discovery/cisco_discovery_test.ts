import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { CiscoDiscoveryInfoSchema, CiscoDiscoverySchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Written by scapy: tests/captures/crafted/discovery.py, frame 2.
const WHOLE = frame(
  "01000ccccccc 02005e005301 0020 aaaa03 00000c 2000",
  "02 b4 1bdd 0001 0006 7377 0007 0008 c0000201 000c 0006 abcd",
);
const LENGTH_AT = 12;
const MESSAGE_AT = 22;
const VALUES_AT = 26;

Deno.test("every value is there as it is, and padding is not", () => {
  const decoded = decodeFrame(frame(WHOLE, "00".repeat(14)), { nanos: 3n });
  assertEquals(decoded.types.slice(2), ["SNAP", "CiscoDiscovery", "CiscoDiscoveryInfo"]);
  assertEquals(decoded.recordsOf(CiscoDiscoverySchema), [create(CiscoDiscoverySchema, {
    Timestamp: 3n,
    Version: 2,
    TTL: 180,
    Checksum: 0x1bdd,
    Values: [
      { Type: 1, Length: 6, Value: frame("7377") },
      { Type: 7, Length: 8, Value: frame("c0000201") },
      { Type: 12, Length: 6, Value: frame("abcd") },
    ],
  })]);
  assertCanonical(decoded, CiscoDiscoverySchema);
});

Deno.test("a message without values has no record of what they mean", () => {
  const decoded = decodeFrame(WHOLE.subarray(0, VALUES_AT));
  assertEquals(decoded.types, ["Ethernet", "LLC", "SNAP", "CiscoDiscovery"]);
  assertEquals(decoded.counts.decoded, 1);
});

Deno.test("a message cut short in front of its values gives no record", () => {
  const failure = "CiscoDiscovery truncated";
  assertTruncated(WHOLE, MESSAGE_AT + 1, VALUES_AT - 1, CiscoDiscoverySchema, failure);
});

Deno.test("of a message that is cut the whole values are in both records", () => {
  const { Values } = decodeFrame(WHOLE).recordsOf(CiscoDiscoverySchema)[0]!;
  const cut = assertCut(WHOLE, VALUES_AT, WHOLE.length - 1, CiscoDiscoverySchema);
  for (const each of cut) assertEquals(each.Values, Values.slice(0, each.Values.length));
  assertEquals([cut[0]!.Values.length, cut.at(-1)!.Values.length], [0, Values.length - 1]);
  assertCut(WHOLE, WHOLE.length - 1, WHOLE.length - 1, CiscoDiscoveryInfoSchema);
  // By the length of the 802.3 frame, not by the capture.
  const [byLength] = decodeFrame(patched(WHOLE, LENGTH_AT, "001f")).recordsOf(CiscoDiscoverySchema);
  assertEquals(byLength?.Truncated, true);
});

Deno.test("a length that does not count its own header is malformed", () => {
  const wrong = patched(WHOLE, VALUES_AT + 2, "0003");
  assertRefused(wrong, CiscoDiscoverySchema, "CiscoDiscovery malformed");
});

Deno.test("versions other than 1 and 2 are unsupported", () => {
  const one = decodeFrame(patched(WHOLE, MESSAGE_AT, "01")).recordsOf(CiscoDiscoverySchema);
  assertEquals(one[0]?.Version, 1);
  for (const version of ["00", "03"]) {
    const other = patched(WHOLE, MESSAGE_AT, version);
    assertRefused(other, CiscoDiscoverySchema, "CiscoDiscovery unsupported");
  }
});
