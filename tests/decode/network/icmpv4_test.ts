import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ICMPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

// Community ID's pcaps/icmp.pcap, frame 1.
const ECHO = frame(
  "000cce13b9a0 00225f3f9891 0800 4500003cc63e00008001f2d7 c0a80059 c0a80001",
  "08 00 425c 0200 0900 6162636465666768696a6b6c6d6e6f7071727374757677616263646566676869",
);
// The same, frame 4: time exceeded, with the datagram it is about.
const TIME_EXCEEDED = frame(
  "0010db88d2ef c8bcc896d2a0 0800 4500003c00010000400166be 0a000001 0a000002",
  "0b00 0920 00000000",
  "4500002000010000401166ca 0a000002 0a000001 7530 32c8 000c 932a 58585858",
);
const ICMP_AT = 34;

Deno.test("an echo request gives the values that tshark shows", () => {
  const decoded = decodeFrame(ECHO, { nanos: 1500000080000000000n });
  assertEquals(decoded.types, ["Ethernet", "IPv4", "ICMPv4"]);
  assertEquals(decoded.recordsOf(ICMPv4Schema), [create(ICMPv4Schema, {
    Timestamp: 1500000080000000000n,
    TypeCode: 8 * 256,
    Checksum: 0x425c,
    Id: 512,
    Seq: 2304,
    SrcIP: "192.168.0.89",
    DstIP: "192.168.0.1",
  })]);
  assertCanonical(decoded, ICMPv4Schema);
});

Deno.test("the datagram in an error message gives no records", () => {
  const decoded = decodeFrame(TIME_EXCEEDED);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "ICMPv4"]);
  assertEquals(decoded.recordsOf(ICMPv4Schema), [create(ICMPv4Schema, {
    TypeCode: 11 * 256,
    Checksum: 0x0920,
    SrcIP: "10.0.0.1",
    DstIP: "10.0.0.2",
  })]);
  assertCanonical(decoded, ICMPv4Schema);
});

Deno.test("without -context the addresses are left out", () => {
  const [icmp] = decodeFrame(ECHO, { context: false }).recordsOf(ICMPv4Schema);
  assertEquals(icmp, create(ICMPv4Schema, { TypeCode: 2048, Checksum: 16988, Id: 512, Seq: 2304 }));
});

Deno.test("a message cut within its first 8 bytes gives no record", () => {
  assertTruncated(ECHO, ICMP_AT + 1, ICMP_AT + 7, ICMPv4Schema, "Icmpv4 truncated");
  assertEquals(decodeFrame(ECHO.subarray(0, ICMP_AT + 8)).counts.decoded, 1);
});
