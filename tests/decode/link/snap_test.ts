import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { SNAPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// Written by scapy: tests/captures/crafted/discovery.py, frame 11.
const IP = frame(
  "02005e005302 02005e005301 0024 aaaa03 000000 0800",
  "4500001c000100004001f6d7c0000201c0000207 0800f7ff00000000",
);
const SNAP_AT = 17;
const TYPE_AT = 20;

Deno.test("without an organization the type is an EtherType", () => {
  const decoded = decodeFrame(IP, { nanos: 5n });
  assertEquals(decoded.types, ["Ethernet", "LLC", "SNAP", "IPv4", "ICMPv4"]);
  assertEquals(decoded.recordsOf(SNAPSchema), [create(SNAPSchema, {
    Timestamp: 5n,
    OrganizationalCode: frame("000000"),
    Type: 0x0800,
  })]);
  assertCanonical(decoded, SNAPSchema);
});

Deno.test("the EtherTypes of IEEE 802.1H are the same", () => {
  const decoded = decodeFrame(patched(IP, SNAP_AT, "0000f8"));
  assertEquals(decoded.types, ["Ethernet", "LLC", "SNAP", "IPv4", "ICMPv4"]);
});

Deno.test("the types of an organization are its own", () => {
  const cisco = decodeFrame(patched(IP, SNAP_AT, "00000c"));
  assertEquals(cisco.types, ["Ethernet", "LLC", "SNAP"]);
  assertEquals(cisco.counts.unknown, { "Snap unknown 0x00000c 0x0800": 1 });
  // as an EtherType this would be a length
  const nortel = decodeFrame(patched(IP, SNAP_AT, "000081 01a2"));
  assertEquals(nortel.types, ["Ethernet", "LLC", "SNAP", "NortelDiscovery"]);
  const spanningTree = decodeFrame(patched(IP, SNAP_AT, "00000c 010b"));
  assertEquals(spanningTree.types, ["Ethernet", "LLC", "SNAP"]);
  const nobody = decodeFrame(patched(IP, SNAP_AT, "abcdef 8000"));
  assertEquals(nobody.counts.unknown, { "Snap unknown 0xabcdef 0x8000": 1 });
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(IP, SNAP_AT + 1, TYPE_AT + 1, SNAPSchema, "Snap truncated");
});
