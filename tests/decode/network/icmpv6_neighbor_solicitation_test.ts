import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ICMPv6NeighborSolicitationSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Community ID's pcaps/icmp6.pcap, frame 1.
const SOLICITATION = frame(
  "0060970769ea 0000860580da 86dd 60000000 0020 3a ff",
  "fe80000000000000020086fffe0580da fe80000000000000026097fffe0769ea",
  "87 00 68bd 00000000 fe80000000000000026097fffe0769ea 0101 0000860580da",
);
const BODY_AT = 58;
const OPTION_AT = 78;
const SCHEMA = ICMPv6NeighborSolicitationSchema;

Deno.test("a neighbor solicitation gives the values that tshark shows", () => {
  const decoded = decodeFrame(SOLICITATION, { nanos: 1500000020000000000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "ICMPv6", "ICMPv6NeighborSolicitation"]);
  assertEquals(decoded.recordsOf(SCHEMA), [create(SCHEMA, {
    Timestamp: 1500000020000000000n,
    TargetAddress: "fe80::260:97ff:fe07:69ea",
    Options: [{ Type: 1, Data: frame("0000860580da") }],
    SrcIP: "fe80::200:86ff:fe05:80da",
    DstIP: "fe80::260:97ff:fe07:69ea",
  })]);
  assertCanonical(decoded, SCHEMA);
});

Deno.test("padding behind the IP packet is no option", () => {
  const padded = frame(SOLICITATION, "0100000000000000");
  assertEquals(decodeFrame(padded).recordsOf(SCHEMA)[0]?.Options.length, 1);
});

Deno.test("a neighbor solicitation cut short gives no record", () => {
  const failure = "Icmpv6NeighborSolicitation truncated";
  assertTruncated(SOLICITATION, BODY_AT + 1, OPTION_AT - 1, SCHEMA, failure);
  assertTruncated(SOLICITATION, OPTION_AT + 1, SOLICITATION.length - 1, SCHEMA, failure);
});

Deno.test("a neighbor solicitation with an option of length 0 gives no record", () => {
  const broken = patched(SOLICITATION, OPTION_AT + 1, "00");
  assertRefused(broken, SCHEMA, "Icmpv6NeighborSolicitation malformed");
});
