import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ICMPv6NeighborAdvertisementSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Community ID's pcaps/icmp6.pcap, frame 2.
const ADVERTISEMENT = frame(
  "0000860580da 0060970769ea 86dd 60000000 0018 3a ff",
  "fe80000000000000026097fffe0769ea fe80000000000000020086fffe0580da",
  "88 00 afa5 c0000000 fe80000000000000026097fffe0769ea",
);
const LENGTH_AT = 18;
const BODY_AT = 58;
const OPTION_AT = 78;
/** The same with other flags and an option, as tshark reads it: router, override. */
const WITH_OPTION = frame(
  patched(patched(ADVERTISEMENT, LENGTH_AT, "0020"), BODY_AT, "a0"),
  "0201 0060970769ea",
);
const SCHEMA = ICMPv6NeighborAdvertisementSchema;

Deno.test("a neighbor advertisement gives the values that tshark shows", () => {
  const decoded = decodeFrame(ADVERTISEMENT, { nanos: 1500000020000331000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "ICMPv6", "ICMPv6NeighborAdvertisement"]);
  assertEquals(decoded.recordsOf(SCHEMA), [create(SCHEMA, {
    Timestamp: 1500000020000331000n,
    Flags: 0xc0,
    TargetAddress: "fe80::260:97ff:fe07:69ea",
    SrcIP: "fe80::260:97ff:fe07:69ea",
    DstIP: "fe80::200:86ff:fe05:80da",
  })]);
  assertCanonical(decoded, SCHEMA);
});

Deno.test("the target's link-layer address is an option", () => {
  const decoded = decodeFrame(WITH_OPTION, { context: false });
  assertEquals(decoded.recordsOf(SCHEMA), [create(SCHEMA, {
    Flags: 0xa0,
    TargetAddress: "fe80::260:97ff:fe07:69ea",
    Options: [{ Type: 2, Data: frame("0060970769ea") }],
  })]);
  assertCanonical(decoded, SCHEMA);
});

Deno.test("a neighbor advertisement cut short gives no record", () => {
  const failure = "Icmpv6NeighborAdvertisement truncated";
  assertTruncated(WITH_OPTION, BODY_AT + 1, OPTION_AT - 1, SCHEMA, failure);
  assertTruncated(WITH_OPTION, OPTION_AT + 1, WITH_OPTION.length - 1, SCHEMA, failure);
});

Deno.test("a neighbor advertisement with an option of length 0 gives no record", () => {
  const broken = patched(WITH_OPTION, OPTION_AT + 1, "00");
  assertRefused(broken, SCHEMA, "Icmpv6NeighborAdvertisement malformed");
});
