import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { IPv6HopByHopSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/icmpv6.pcap, frame 2.
const LISTENER_REPORT = frame(
  "333300000016 001517cce546 86dd 60000000 0024 00 01",
  "fe80000000000000021517fffecce546 ff020000000000000000000000000016",
  "3a00 05020000 0100",
  "8f00 1fc5 00000001 04000000 ff0200000000000000000db811223344",
);
const HEADER_AT = 54;
const OPTIONS_AT = 56;
const ROUTER_ALERT = {
  OptionType: 5,
  OptionLength: 2,
  ActualLength: 4,
  OptionData: new Uint8Array(2),
  OptionAlignment: {},
};

Deno.test("a router alert and padding give the original's record", () => {
  const decoded = decodeFrame(LISTENER_REPORT, { nanos: 1358571247748985000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "IPv6HopByHop", "ICMPv6"]);
  assertEquals(decoded.recordsOf(IPv6HopByHopSchema), [create(IPv6HopByHopSchema, {
    Timestamp: 1358571247748985000n,
    Options: [ROUTER_ALERT, { OptionType: 1, ActualLength: 2, OptionAlignment: {} }],
    SrcIP: "fe80::215:17ff:fecc:e546",
    DstIP: "ff02::16",
  })]);
  assertCanonical(decoded, IPv6HopByHopSchema);
});

Deno.test("each byte of padding by itself is an option of one byte", () => {
  const decoded = decodeFrame(patched(LISTENER_REPORT, OPTIONS_AT + 4, "0000"), { context: false });
  const pad1 = { ActualLength: 1, OptionAlignment: {} };
  assertEquals(decoded.recordsOf(IPv6HopByHopSchema), [
    create(IPv6HopByHopSchema, { Options: [ROUTER_ALERT, pad1, pad1] }),
  ]);
  assertCanonical(decoded, IPv6HopByHopSchema);
});

Deno.test("a header of several units is passed over to what follows", () => {
  const longer = frame(
    patched(LISTENER_REPORT, HEADER_AT - 36, "002c").subarray(0, HEADER_AT),
    "3a01 05020000 0108 0000000000000000",
    LISTENER_REPORT.subarray(HEADER_AT + 8),
  );
  const decoded = decodeFrame(longer);
  assertEquals(decoded.types, ["Ethernet", "IPv6", "IPv6HopByHop", "ICMPv6"]);
  assertEquals(decoded.recordsOf(IPv6HopByHopSchema)[0]?.Options[1]?.ActualLength, 10);
});

Deno.test("a header cut short gives no record", () => {
  const failure = "IPv6HopByHop truncated";
  assertTruncated(LISTENER_REPORT, HEADER_AT + 1, HEADER_AT + 7, IPv6HopByHopSchema, failure);
  assertRefused(patched(LISTENER_REPORT, HEADER_AT + 1, "04"), IPv6HopByHopSchema, failure);
});

Deno.test("an option that passes the end of the header gives no record", () => {
  const failure = "IPv6HopByHop malformed";
  const schema = IPv6HopByHopSchema;
  assertRefused(patched(LISTENER_REPORT, OPTIONS_AT + 1, "05"), schema, failure);
  assertRefused(patched(LISTENER_REPORT, OPTIONS_AT + 5, "01"), schema, failure);
  assertRefused(patched(LISTENER_REPORT, OPTIONS_AT, "0503 000000 01"), schema, failure);
});
