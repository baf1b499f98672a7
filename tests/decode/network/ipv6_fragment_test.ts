import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { IPv6FragmentSchema, IPv6Schema, UDPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// Made by hand; the values are those that tshark shows for these frames.
const LATER_FRAGMENT = frame(
  "333300000001 0020d25afb3f 86dd 60000000 0018 2c 40",
  "20010db8000000000000000000000001 20010db8000000000000000000000002",
  "11 a5 05cd 12345678",
  "0202 0303 0010 0000 0708090a0b0c0d0e",
);
const HEADER_AT = 54;
const HEADER_BYTES = 8;

Deno.test("a fragment gives one record, and what it carries none", () => {
  const decoded = decodeFrame(LATER_FRAGMENT, { nanos: 1700000000000000001n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "IPv6Fragment"]);
  assertEquals(decoded.counts.decoded, 1);
  assertEquals(decoded.recordsOf(IPv6FragmentSchema), [create(IPv6FragmentSchema, {
    Timestamp: 1700000000000000001n,
    NextHeader: 17,
    Reserved1: 0xa5,
    FragmentOffset: 185,
    Reserved2: 2,
    MoreFragments: true,
    Identification: 0x12345678,
    SrcIP: "2001:db8::1",
    DstIP: "2001:db8::2",
  })]);
  assertCanonical(decoded, IPv6FragmentSchema);
});

Deno.test("the first and the last fragment end the packet too", () => {
  for (const offsetAndFlags of ["0001", "05c8"]) {
    const { types } = decodeFrame(patched(LATER_FRAGMENT, HEADER_AT + 2, offsetAndFlags));
    assertEquals(types, ["Ethernet", "IPv6", "IPv6Fragment"]);
  }
});

Deno.test("an atomic fragment is decoded on, RFC 6946", () => {
  const decoded = decodeFrame(patched(LATER_FRAGMENT, HEADER_AT, "11 00 0000 ffffffff"));
  assertEquals(decoded.types, ["Ethernet", "IPv6", "IPv6Fragment", "UDP"]);
  assertEquals(decoded.recordsOf(IPv6FragmentSchema), [create(IPv6FragmentSchema, {
    NextHeader: 17,
    Identification: 0xffffffff,
    SrcPort: 514,
    DstPort: 771,
    SrcIP: "2001:db8::1",
    DstIP: "2001:db8::2",
  })]);
  assertEquals(decoded.recordsOf(IPv6Schema)[0]?.SrcPort, 514);
  assertEquals(decoded.recordsOf(UDPSchema)[0]?.SrcPort, 514);
  assertCanonical(decoded, IPv6FragmentSchema);
});

Deno.test("without -context addresses and ports are left out", () => {
  const decoded = decodeFrame(patched(LATER_FRAGMENT, HEADER_AT, "11 00 0000 00000001"), {
    context: false,
  });
  assertEquals(decoded.recordsOf(IPv6FragmentSchema), [
    create(IPv6FragmentSchema, { NextHeader: 17, Identification: 1 }),
  ]);
});

Deno.test("a fragment header cut short gives no record", () => {
  const headerEnd = HEADER_AT + HEADER_BYTES;
  assertTruncated(
    LATER_FRAGMENT,
    HEADER_AT + 1,
    headerEnd - 1,
    IPv6FragmentSchema,
    "IPv6Fragment truncated",
  );
  assertEquals(decodeFrame(LATER_FRAGMENT.subarray(0, headerEnd)).counts.decoded, 1);
});
