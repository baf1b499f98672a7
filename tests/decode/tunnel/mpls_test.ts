import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { MPLSSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame } from "../decode_frame.ts";

// Written by scapy: frame 11 of tests/captures/crafted/tunnels.pcap.
const STACK = frame(
  "020000000002 020000000001 8847 abcdeafe 00003101",
  "45000022 00010000 401166c8 0a000001 0a000002 0400 0009 000e a689 696e73696465",
);
const STACK_AT = 14;
const IPV6 =
  "60000000 0000 3b 40 fd000000000000000000000000000001 fd000000000000000000000000000002";

Deno.test("each label of the stack gives a record, and the IP packet below is decoded", () => {
  const decoded = decodeFrame(STACK);
  assertEquals(decoded.types, ["Ethernet", "MPLS", "MPLS", "IPv4", "UDP"]);
  assertEquals(decoded.recordsOf(MPLSSchema), [
    create(MPLSSchema, { Label: 0xabcde, TrafficClass: 5, TTL: 254 }),
    create(MPLSSchema, { Label: 3, StackBottom: true, TTL: 1 }),
  ]);
  assertCanonical(decoded, MPLSSchema);
});

Deno.test("labels are found behind both EtherTypes, IP protocol 137 and GRE", () => {
  const label = "00011140";
  assertEquals(
    decodeFrame(frame("020000000002 020000000001 8848", label, IPV6)).types,
    ["Ethernet", "MPLS", "IPv6"],
  );
  assertEquals(
    decodeFrame(frame("45000000 00010000 40890000 c0000201 c0000202", label, IPV6), {
      linkType: 228,
    }).types,
    ["IPv4", "MPLS", "IPv6"],
  );
  assertEquals(
    decodeFrame(
      frame("45000000 00010000 402f0000 c0000201 c0000202 0000 8847", label, IPV6),
      { linkType: 228 },
    ).types,
    ["IPv4", "GRE", "MPLS", "IPv6"],
  );
});

Deno.test("a stack with nothing below it is decoded", () => {
  assertEquals(decodeFrame(STACK.subarray(0, STACK_AT + 8)).counts.decoded, 1);
});

Deno.test("a label cut short gives no record, those above it stay", () => {
  assertTruncated(STACK, STACK_AT + 1, STACK_AT + 3, MPLSSchema, "Mpls truncated");
  const cut = decodeFrame(STACK.subarray(0, STACK_AT + 6));
  assertEquals(cut.types, ["Ethernet", "MPLS"]);
  assertEquals(cut.counts.failed, { "Mpls truncated": 1 });
});
