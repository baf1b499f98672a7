import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ICMPv6EchoSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

// Community ID's pcaps/icmp6.pcap, frame 16.
const REPLY = frame(
  "0000860580da 0060970769ea 86dd 60000000 0010 3a 3b",
  "3ffe0501000010010000000000000002 3ffe050700000001020086fffe0580da",
  "81 00 3e69 7620 0100 02c9e73637430600",
);
const ECHO_AT = 58;

Deno.test("an echo reply gives the identifier and sequence number that tshark shows", () => {
  const decoded = decodeFrame(REPLY, { nanos: 1500000050934552000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "ICMPv6", "ICMPv6Echo"]);
  assertEquals(decoded.recordsOf(ICMPv6EchoSchema), [create(ICMPv6EchoSchema, {
    Timestamp: 1500000050934552000n,
    Identifier: 0x7620,
    SeqNumber: 256,
    SrcIP: "3ffe:501:0:1001::2",
    DstIP: "3ffe:507:0:1:200:86ff:fe05:80da",
  })]);
  assertCanonical(decoded, ICMPv6EchoSchema);
});

Deno.test("without -context the addresses are left out", () => {
  const [echo] = decodeFrame(REPLY, { context: false }).recordsOf(ICMPv6EchoSchema);
  assertEquals(echo, create(ICMPv6EchoSchema, { Identifier: 0x7620, SeqNumber: 256 }));
});

Deno.test("an echo cut before its data gives no record, an echo without data one", () => {
  assertTruncated(REPLY, ECHO_AT + 1, ECHO_AT + 3, ICMPv6EchoSchema, "Icmpv6Echo truncated");
  assertEquals(
    decodeFrame(REPLY.subarray(0, ECHO_AT + 4)).recordsOf(ICMPv6EchoSchema).length,
    1,
  );
});
