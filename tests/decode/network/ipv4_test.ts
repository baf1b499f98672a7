import { create } from "@bufbuild/protobuf";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { IPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/dns_udp.pcap, frame 1.
const QUERY = frame(
  "001122334466 001122334455 0800 4500 0054 59cd 0000 40 11 94ae c0a8010b d157f912",
  "abbe 0035 0040 7824 5934 0120 0001000000000001 03777777 0774637064756d70 036f726700",
  "00010001 000029100000000000000c 000a0008 42f5d00996f90b13",
);
const HEADER_AT = 14;
const PAYLOAD_AT = 34;

Deno.test("a datagram gives the original's record", () => {
  const decoded = decodeFrame(QUERY, { nanos: 1591780794740079000n });
  assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "DNS"]);
  assertEquals(decoded.recordsOf(IPv4Schema), [create(IPv4Schema, {
    Timestamp: 1591780794740079000n,
    Version: 4,
    IHL: 5,
    Length: 84,
    Id: 22989,
    TTL: 64,
    Protocol: 17,
    Checksum: 38062,
    SrcIP: "192.168.1.11",
    DstIP: "209.87.249.18",
    PayloadSize: 64,
    SrcPort: 43966,
    DstPort: 53,
  })]);
  assertCanonical(decoded, IPv4Schema);
});

Deno.test("an option gives the original's record", () => {
  // tcpdump's tests/IGMP_V2.pcap, frame 2
  const decoded = decodeFrame(
    frame(
      "01005e7ffffa 001c23aabead 0800",
      "46000020 8c620000 0102e692 c0a80140 effffffa 94040000 1600fa04 effffffa",
    ),
    { nanos: 1235470908627293000n },
  );
  assertEquals(decoded.recordsOf(IPv4Schema), [create(IPv4Schema, {
    Timestamp: 1235470908627293000n,
    Version: 4,
    IHL: 6,
    Length: 32,
    Id: 35938,
    TTL: 1,
    Protocol: 2,
    Checksum: 59026,
    SrcIP: "192.168.1.64",
    DstIP: "239.255.255.250",
    Options: [{ OptionType: 148, OptionLength: 4, OptionData: new Uint8Array(2) }],
    PayloadSize: 8,
  })]);
  assertCanonical(decoded, IPv4Schema);
});

Deno.test("what stands behind an end-of-options byte is padding", () => {
  // Made by hand; tshark reads a router alert and an end of options here.
  const decoded = decodeFrame(
    frame(
      "42010af00001 42010af00017 0800",
      "47000020 8e4a0000 4001d802 0a000002 0a800002 94040000 00abcdef 00000000",
    ),
  );
  const [ip] = decoded.recordsOf(IPv4Schema);
  assertEquals(ip?.Padding, frame("abcdef"));
  assertEquals(ip?.Options.map((o) => [o.OptionType, o.OptionLength]), [[148, 4], [0, 1]]);
  assertCanonical(decoded, IPv4Schema);
});

Deno.test("an option that is malformed or cut off is padding, and the record stays", () => {
  const optionsOf = (bytes: Uint8Array) => {
    const [ip] = decodeFrame(bytes).recordsOf(IPv4Schema);
    return [ip?.Options.map(({ OptionType }) => OptionType), ip?.Padding];
  };
  const withOptions = (hex: string) => patched(patched(QUERY, HEADER_AT, "46"), PAYLOAD_AT, hex);
  assertEquals(optionsOf(withOptions("01 94 04 00")), [[1], frame("940400")]);
  assertEquals(optionsOf(withOptions("01 01 94 01")), [[1, 1], frame("9401")]);
  const cut = withOptions("01 94 03 00").subarray(0, PAYLOAD_AT + 2);
  assertEquals(optionsOf(cut), [[1], frame("94")]);
});

Deno.test("a first fragment has flags and ports as tshark shows them, and ends the packet", () => {
  // tcpdump's tests/rip_error_hexdump.pcap, frame 1.
  const decoded = decodeFrame(
    frame(
      "ac2205b28fd4 2b0027167569 0800 45000046 00016000 40110000 00fe60b6 ff7f806f",
      "0208ffffff686569010208ffffff68656901020204210001028181816bd4c3b2a102",
    ),
  );
  assertEquals(decoded.types, ["Ethernet", "IPv4"]);
  assertEquals(decoded.counts.decoded, 1);
  const [ip] = decoded.recordsOf(IPv4Schema);
  assertEquals([ip?.Flags, ip?.FragOffset], [3, 0]);
  assertEquals([ip?.SrcPort, ip?.DstPort], [0x208, 0xffff]);
  assertCanonical(decoded, IPv4Schema);
});

Deno.test("a later fragment has its offset in units of 8 bytes", () => {
  const decoded = decodeFrame(patched(QUERY, HEADER_AT + 6, "20b9"));
  assertEquals(decoded.types, ["Ethernet", "IPv4"]);
  const [ip] = decoded.recordsOf(IPv4Schema);
  assertEquals([ip?.Flags, ip?.FragOffset, ip?.SrcPort], [1, 185, 0]);
});

Deno.test("payload and its entropy end where the total length says", () => {
  const padded = frame(QUERY, "ff".repeat(6));
  const [ip] = decodeFrame(padded, { entropy: true }).recordsOf(IPv4Schema);
  assertEquals(ip?.PayloadSize, 64);
  assertAlmostEquals(ip!.PayloadEntropy, 4.2405750960163395); // by a sum in Python
});

Deno.test("a total length of 0, of offloaded segments, is what was captured", () => {
  const [ip] = decodeFrame(patched(QUERY, HEADER_AT + 2, "0000")).recordsOf(IPv4Schema);
  assertEquals([ip?.Length, ip?.PayloadSize], [84, 64]);
});

Deno.test("a datagram in a datagram gives two records, each with the ports of the innermost", () => {
  const outer = frame("4500 0068 0001 0000 40 04 0000 0a000001 0a000002");
  const decoded = decodeFrame(
    frame(QUERY.subarray(0, HEADER_AT), outer, QUERY.subarray(HEADER_AT)),
  );
  assertEquals(decoded.types, ["Ethernet", "IPv4", "IPv4", "UDP", "DNS"]);
  assertEquals(
    decoded.recordsOf(IPv4Schema).map(({ SrcIP, SrcPort, DstPort }) => [SrcIP, SrcPort, DstPort]),
    [["10.0.0.1", 43966, 53], ["192.168.1.11", 43966, 53]],
  );
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(QUERY, HEADER_AT + 1, PAYLOAD_AT - 1, IPv4Schema, "IPv4 truncated");
});

Deno.test("a header that contradicts itself gives no record", () => {
  const table: [number, string][] = [
    [0, "55"], // version 5
    [0, "44"], // 16 bytes of header
    [2, "0013"], // 19 bytes of datagram
    [0, "46 00 0014"], // 24 bytes of header, 20 of datagram
  ];
  for (const [at, hex] of table) {
    assertRefused(patched(QUERY, HEADER_AT + at, hex), IPv4Schema, "IPv4 malformed");
  }
});
