import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { IPv4Schema, VXLANSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

// Written by scapy: frames 15 and 16 of tests/captures/crafted/tunnels.pcap.
const INSIDE = frame(
  "020000000004 020000000003 0800",
  "45000022 00010000 401166c8 0a000001 0a000002 0400 0009 000e a689 696e73696465",
);
const OUTSIDE = frame(
  "020000000002 020000000001 0800 45000054 00010000 4011f694 c0000201 c0000202",
  "c350 12b5 0040 0000",
);
const HEADER_AT = 42;
const TYPES = ["Ethernet", "IPv4", "UDP", "VXLAN", "Ethernet", "IPv4", "UDP"];

Deno.test("a header gives the original's record, and the frame inside is decoded", () => {
  const decoded = decodeFrame(frame(OUTSIDE, "0c 00 0003 abcdef 00", INSIDE));
  assertEquals(decoded.types, TYPES);
  assertEquals(decoded.recordsOf(VXLANSchema), [
    create(VXLANSchema, { ValidIDFlag: true, VNI: 0xabcdef, GBPGroupPolicyID: 3 }),
  ]);
  assertCanonical(decoded, VXLANSchema);
});

Deno.test("the bits of the group policy are those of its draft", () => {
  // draft-smith-vxlan-group-policy-05, section 2.1: G is bit 0, D bit 9, A bit 12.
  const bits = (flags: string) => {
    const [record] = decodeFrame(frame(OUTSIDE, flags, "1234 000005 00", INSIDE))
      .recordsOf(VXLANSchema);
    assertEquals([record?.VNI, record?.GBPGroupPolicyID], [5, 0x1234]);
    return [record?.GBPExtension, record?.GBPDontLearn, record?.GBPApplied];
  };
  assertEquals(bits("8800"), [true, false, false]);
  assertEquals(bits("0840"), [false, true, false]);
  assertEquals(bits("0808"), [false, false, true]);
});

Deno.test("records from inside have the ports inside", () => {
  const [outer, inner] = decodeFrame(frame(OUTSIDE, "08 00 0000 000001 00", INSIDE))
    .recordsOf(IPv4Schema);
  assertEquals([outer?.DstPort, inner?.DstPort], [4789, 9]);
  assertEquals([outer?.DstIP, inner?.DstIP], ["192.0.2.2", "10.0.0.2"]);
});

Deno.test("a header cut short gives no record", () => {
  const whole = frame(OUTSIDE, "08 00 0000 000001 00", INSIDE);
  assertTruncated(whole, HEADER_AT + 1, HEADER_AT + 7, VXLANSchema, "Vxlan truncated");
});
