import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ICMPv6RouterAdvertisementSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/icmpv6.pcap, frame 1.
const ADVERTISEMENT = frame(
  "333300000001 b09928c8d66c 86dd 60000000 00b0 3a ff",
  "fe80000000000000b29928fffec8d66c ff020000000000000000000000000001",
  "86 00 2401 40 20 000f 00000000 00000000",
  "0304 48c00027 8d000009 3a800000 00002222 33334444 55556600 00000000 0000",
  "1905 00000000 0005abcd 00000000 00000000 00000000 efef1234 56780000 00000000 00000000 0001",
  "1f07 00000000 00050765 78616d70 6c650363 6f6d0007 6578616d 706c6503",
  "6f726700 04646f6d 3104646f 6d320374 6c640000 00000000 0000",
  "0501 0000 00000064",
  "0101 b09928c8d66c",
  "0701 0000 00001388",
  "0801 0000 c351000f",
);
const BODY_AT = 58;
const OPTIONS_AT = 70;
const SCHEMA = ICMPv6RouterAdvertisementSchema;

Deno.test("a router advertisement gives the original's record", () => {
  const decoded = decodeFrame(ADVERTISEMENT, { nanos: 1334319972631155000n });
  assertEquals(decoded.types, ["Ethernet", "IPv6", "ICMPv6", "ICMPv6RouterAdvertisement"]);
  const option = (Type: number, data: string) => ({ Type, Data: frame(data) });
  assertEquals(decoded.recordsOf(SCHEMA), [create(SCHEMA, {
    Timestamp: 1334319972631155000n,
    HopLimit: 64,
    Flags: 32,
    RouterLifetime: 15,
    Options: [
      option(3, "48c000278d0000093a800000000022223333444455556600000000000000"),
      option(25, "000000000005abcd000000000000000000000000efef12345678000000000000000000000001"),
      option(
        31,
        "000000000005076578616d706c6503636f6d00076578616d706c65036f7267000" +
          "4646f6d3104646f6d3203746c640000000000000000",
      ),
      option(5, "000000000064"),
      option(1, "b09928c8d66c"),
      option(7, "000000001388"),
      option(8, "0000c351000f"),
    ],
    SrcIP: "fe80::b299:28ff:fec8:d66c",
    DstIP: "ff02::1",
  })]);
  assertCanonical(decoded, SCHEMA);
});

Deno.test("reachable time and retransmission timer are unsigned 32-bit numbers", () => {
  const decoded = decodeFrame(patched(ADVERTISEMENT, BODY_AT + 4, "ffffffff 80000000"));
  const [message] = decoded.recordsOf(SCHEMA);
  assertEquals(message?.ReachableTime, 4294967295);
  assertEquals(message?.RetransTimer, 2147483648);
  assertCanonical(decoded, SCHEMA);
});

Deno.test("a router advertisement cut short gives no record", () => {
  const failure = "Icmpv6RouterAdvertisement truncated";
  assertTruncated(ADVERTISEMENT, BODY_AT + 1, OPTIONS_AT - 1, SCHEMA, failure);
  assertTruncated(ADVERTISEMENT, OPTIONS_AT + 1, OPTIONS_AT + 31, SCHEMA, failure);
});

Deno.test("of an advertisement of which the capture has kept 96 bytes the fields are in the record", () => {
  const [cut] = assertCut(ADVERTISEMENT, 96, 96, SCHEMA);
  assertEquals([cut!.HopLimit, cut!.RouterLifetime, cut!.Options], [64, 15, []]);
  assertCut(ADVERTISEMENT, OPTIONS_AT, ADVERTISEMENT.length - 1, SCHEMA);
});

Deno.test("a router advertisement with an option of length 0 gives no record", () => {
  const broken = patched(ADVERTISEMENT, ADVERTISEMENT.length - 7, "00");
  assertRefused(broken, SCHEMA, "Icmpv6RouterAdvertisement malformed");
});
