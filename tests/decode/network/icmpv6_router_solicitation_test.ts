import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ICMPv6RouterSolicitationSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/dcb_ets.pcap, frame 9.
const SOLICITATION = frame(
  "333300000002 08002746e884 86dd 60000000 0010 3a ff",
  "fe800000000000000a0027fffe46e884 ff020000000000000000000000000002",
  "85 00 4b98 00000000 0101 08002746e884",
);
const BODY_AT = 58;
const OPTION_AT = 62;
const SCHEMA = ICMPv6RouterSolicitationSchema;

Deno.test("a router solicitation gives a message of its own type, as tshark reads it", () => {
  const decoded = decodeFrame(SOLICITATION, { nanos: 1375675407354673000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "ICMPv6", "ICMPv6RouterSolicitation"]);
  assertEquals(decoded.recordsOf(SCHEMA), [create(SCHEMA, {
    Timestamp: 1375675407354673000n,
    Options: [{ Type: 1, Data: frame("08002746e884") }],
    SrcIP: "fe80::a00:27ff:fe46:e884",
    DstIP: "ff02::2",
  })]);
  assertCanonical(decoded, SCHEMA);
});

Deno.test("a router solicitation cut short gives no record", () => {
  const failure = "Icmpv6RouterSolicitation truncated";
  assertTruncated(SOLICITATION, BODY_AT + 1, OPTION_AT - 1, SCHEMA, failure);
  assertTruncated(SOLICITATION, OPTION_AT + 1, SOLICITATION.length - 1, SCHEMA, failure);
});

Deno.test("a router solicitation with an option of length 0 gives no record", () => {
  const broken = patched(SOLICITATION, OPTION_AT + 1, "00");
  assertRefused(broken, SCHEMA, "Icmpv6RouterSolicitation malformed");
});
