import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { GRESchema, IPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Written by scapy: frames 2, 4 and 5 of tests/captures/crafted/tunnels.pcap.
const ETHERNET = "020000000002 020000000001 0800";
const HEADER_AT = 34;
const OPTIONAL_FIELDS = frame(
  ETHERNET,
  "45000060 00010000 402ff66a c0000201 c0000202 b000 86dd 2970 0000 fedcba98 80000001",
  "60000000 0014 06 40 fd000000000000000000000000000001 fd000000000000000000000000000002",
  "0401 0009 00000005 00000000 5002 2000 91cf 0000",
);
const SOURCE_ROUTES = frame(
  ETHERNET,
  "45000052 00010000 402ff678 c0000201 c0000202 5d00 0800 0000 0000 00000011",
  "0800 00 08 c0000209 c0000202 0000 00 00",
  "45000022 00010000 401166c8 0a000001 0a000002 0400 0009 000e a689 696e73696465",
);
const PPTP_ACK = frame(
  ETHERNET,
  "45000020 00010000 402ff6aa c0000201 c0000202 2081 880b 0000 1234 90000000",
);
const ADDRESSES = { SrcIP: "192.0.2.1", DstIP: "192.0.2.2" };

Deno.test("checksum, key and sequence number are read in their order", () => {
  const decoded = decodeFrame(OPTIONAL_FIELDS);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "GRE", "IPv6", "TCP"]);
  assertEquals(decoded.recordsOf(GRESchema), [create(GRESchema, {
    ChecksumPresent: true,
    KeyPresent: true,
    SeqPresent: true,
    Protocol: 0x86dd,
    Checksum: 0x2970,
    Key: 0xfedcba98,
    Seq: 0x80000001,
    ...ADDRESSES,
  })]);
  assertCanonical(decoded, GRESchema);
});

Deno.test("source routes lie in one another, without the one that ends them", () => {
  const decoded = decodeFrame(SOURCE_ROUTES);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "GRE", "IPv4", "UDP"]);
  assertEquals(decoded.recordsOf(GRESchema), [create(GRESchema, {
    RoutingPresent: true,
    SeqPresent: true,
    StrictSourceRoute: true,
    RecursionControl: 5,
    Protocol: 0x0800,
    Seq: 0x11,
    Routing: { AddressFamily: 0x800, SRELength: 8, RoutingInformation: frame("c0000209c0000202") },
    ...ADDRESSES,
  })]);
  assertCanonical(decoded, GRESchema);
});

Deno.test("sixteen source routes are read, more are refused", () => {
  const start = frame(
    ETHERNET,
    "45000000 00010000 402ff678 c0000201 c0000202 4000 0800 0000 0000",
  );
  const withRoutes = (count: number) => frame(start, "fffe 00 00".repeat(count), "0000 00 00");
  let depth = 0;
  let [route] = decodeFrame(withRoutes(16)).recordsOf(GRESchema).map(({ Routing }) => Routing);
  for (; route !== undefined; route = route.Next) depth++;
  assertEquals(depth, 16);
  assertRefused(withRoutes(17), GRESchema, "Gre malformed");
});

Deno.test("version 1 has acknowledgements, and its key two numbers", () => {
  const decoded = decodeFrame(PPTP_ACK);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "GRE"]);
  assertEquals(decoded.recordsOf(GRESchema), [create(GRESchema, {
    KeyPresent: true,
    AckPresent: true,
    Flags: 16,
    Version: 1,
    Protocol: 0x880b,
    Key: 0x1234,
    Ack: 0x90000000,
    ...ADDRESSES,
  })]);
  assertCanonical(decoded, GRESchema);
});

Deno.test("in version 0 the acknowledgement's bit is reserved and changes nothing", () => {
  const decoded = decodeFrame(patched(OPTIONAL_FIELDS, HEADER_AT + 1, "80"));
  const [gre] = decoded.recordsOf(GRESchema);
  assertEquals([gre?.AckPresent, gre?.Flags, gre?.Ack], [false, 16, 0]);
  assertEquals(decoded.types.at(-1), "TCP");
});

Deno.test("the outer IP record has the ports from inside, but not behind source routes", () => {
  const [outer, inner] = decodeFrame(SOURCE_ROUTES).recordsOf(IPv4Schema);
  assertEquals([outer?.DstPort, inner?.DstPort], [0, 9]);
  const [carrier] = decodeFrame(OPTIONAL_FIELDS).recordsOf(IPv4Schema);
  assertEquals([carrier?.SrcPort, carrier?.DstPort], [1025, 9]);
});

Deno.test("bridged frames and other protocols are followed by their EtherType", () => {
  const inside = "020000000004 020000000003 0800 4500001400010000403b0000 0a000001 0a000002";
  const carrying = (protocol: string) =>
    frame(
      ETHERNET,
      "45000000 00010000 402f0000 c0000201 c0000202 0000",
      protocol,
      inside,
    );
  assertEquals(decodeFrame(carrying("6558")).types, [
    "Ethernet",
    "IPv4",
    "GRE",
    "Ethernet",
    "IPv4",
  ]);
  assertEquals(decodeFrame(carrying("883e")).types, ["Ethernet", "IPv4", "GRE"]);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(OPTIONAL_FIELDS, HEADER_AT + 1, HEADER_AT + 15, GRESchema, "Gre truncated");
  assertTruncated(SOURCE_ROUTES, HEADER_AT + 12, HEADER_AT + 27, GRESchema, "Gre truncated");
  assertTruncated(PPTP_ACK, HEADER_AT + 4, HEADER_AT + 11, GRESchema, "Gre truncated");
});

Deno.test("versions that nobody has defined give no record", () => {
  assertRefused(patched(OPTIONAL_FIELDS, HEADER_AT + 1, "02"), GRESchema, "Gre unsupported");
});
