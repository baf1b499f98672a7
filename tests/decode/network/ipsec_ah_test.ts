import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { IPSecAHSchema, IPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Written by scapy: frame 19 of tests/captures/crafted/tunnels.pcap.
const SEGMENT = frame(
  "020000000002 020000000001 0800 45000040 00010000 4033f686 c0000201 c0000202",
  "06 04 0000 fedcba98 80000002 000102030405060708090a0b",
  "0402 0009 00000000 00000000 5002 2000 0000 0000",
);
const HEADER_AT = 34;

Deno.test("a header gives the original's record, and what it protects is decoded", () => {
  const decoded = decodeFrame(SEGMENT);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "IPSecAH", "TCP"]);
  assertEquals(decoded.recordsOf(IPSecAHSchema), [create(IPSecAHSchema, {
    SPI: 0xfedcba98 | 0, // fields of 32 bits with a sign, as in the original
    Seq: 0x80000002 | 0,
    AuthenticationData: frame("000102030405060708090a0b"),
    SrcIP: "192.0.2.1",
    DstIP: "192.0.2.2",
  })]);
  assertCanonical(decoded, IPSecAHSchema);
  assertEquals(decoded.recordsOf(IPv4Schema)[0]?.SrcPort, 1026);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(SEGMENT, HEADER_AT + 1, HEADER_AT + 23, IPSecAHSchema, "IpsecAh truncated");
});

Deno.test("a length below that of the fixed fields gives no record", () => {
  assertRefused(patched(SEGMENT, HEADER_AT + 1, "00"), IPSecAHSchema, "IpsecAh malformed");
});
