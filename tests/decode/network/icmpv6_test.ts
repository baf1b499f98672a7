import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ICMPv6Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

// tcpdump's tests/icmpv6.pcap, frame 2: a multicast listener report.
const LISTENER_REPORT = frame(
  "333300000016 001517cce546 86dd 60000000 0024 00 01",
  "fe80000000000000021517fffecce546 ff020000000000000000000000000016 3a00 05020000 0100",
  "8f00 1fc5 00000001 04000000 ff0200000000000000000db811223344",
);
const ICMPV6_AT = 62;

// Community ID's pcaps/icmp6.pcap, frame 13.
const ECHO = frame(
  "0060970769ea 0000860580da 86dd 60000000 0010 3a 40",
  "3ffe050700000001020086fffe0580da 3ffe0501000010010000000000000002",
  "80 00 a572 7620 0000 01c9e736d3390600",
);
const ECHO_AT = 54;

Deno.test("a message without a record of its own gives the original's ICMPv6 record", () => {
  const decoded = decodeFrame(LISTENER_REPORT, { nanos: 1358571247748985000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "IPv6HopByHop", "ICMPv6"]);
  assertEquals(decoded.recordsOf(ICMPv6Schema), [create(ICMPv6Schema, {
    Timestamp: 1358571247748985000n,
    TypeCode: 36608,
    Checksum: 8133,
    SrcIP: "fe80::215:17ff:fecc:e546",
    DstIP: "ff02::16",
  })]);
  assertCanonical(decoded, ICMPv6Schema);
});

Deno.test("every message with a record of its own gives an ICMPv6 record before it", () => {
  const expected = {
    80: "ICMPv6Echo", // 128
    81: "ICMPv6Echo", // 129
    85: "ICMPv6RouterSolicitation", // 133
  };
  for (const [type, record] of Object.entries(expected)) {
    const { types } = decodeFrame(patched(ECHO, ECHO_AT, type).subarray(0, ECHO_AT + 8));
    assertEquals(types, ["Ethernet", "IPv6", "ICMPv6", record]);
  }
});

Deno.test("a message that ends behind its checksum gives an ICMPv6 record only", () => {
  const decoded = decodeFrame(ECHO.subarray(0, ECHO_AT + 4));
  assertEquals(decoded.types, ["Ethernet", "IPv6", "ICMPv6"]);
  assertEquals(decoded.counts.decoded, 1);
});

Deno.test("a message cut within its first 4 bytes gives no record", () => {
  assertTruncated(ECHO, ECHO_AT + 1, ECHO_AT + 3, ICMPv6Schema, "Icmpv6 truncated");
  assertTruncated(
    LISTENER_REPORT,
    ICMPV6_AT + 1,
    ICMPV6_AT + 3,
    ICMPv6Schema,
    "Icmpv6 truncated",
  );
});
