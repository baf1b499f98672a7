import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { IGMPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Written by scapy: frames of tests/captures/crafted/routing.pcap.
const ETHERNET = "01005e000005 020000000001 0800";
const SHORT_IP = "4500001c 00010000 010217c8 c0000201 e0000016";
const MESSAGE_AT = 34;
const QUERY_V3 = frame(
  ETHERNET,
  "45c00028 00010000 010216fc c0000201 e0000016",
  "11 7f 6bec ef010203 0d 7d 0002 c0000207 c0000208",
);
const REPORT_V3 = frame(
  ETHERNET,
  "45c00044 00010000 010216e0 c0000201 e0000016 22 00 e035 0000 0003",
  "04 00 0000 ef010203",
  "01 01 0002 ef010204 c0000207 c0000208 61757821",
  "06 00 0001 ef010205 c0000209",
);

function assertRecord(bytes: Uint8Array, expected: MessageInitShape<typeof IGMPSchema>): void {
  const decoded = decodeFrame(bytes);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "IGMP"]);
  const context = { SrcIP: "192.0.2.1", DstIP: "224.0.0.22" };
  assertEquals(decoded.recordsOf(IGMPSchema), [create(IGMPSchema, { ...expected, ...context })]);
  assertCanonical(decoded, IGMPSchema);
}

Deno.test("messages of versions 1 and 2 give records, which the original has not", () => {
  const group = "239.1.2.3";
  const seconds = 1_000_000_000n;
  const all = [
    ["11 00 eeff 00000000", { Type: 0x11, Checksum: 0xeeff, GroupAddress: "0.0.0.0", Version: 1 }],
    ["12 00 fcfa ef010203", { Type: 0x12, Checksum: 0xfcfa, GroupAddress: group, Version: 1 }],
    ["11 64 fd96 ef010203", {
      Type: 0x11,
      MaxResponseTime: 10n * seconds,
      Checksum: 0xfd96,
      GroupAddress: group,
      Version: 2,
    }],
    ["16 00 f8fa ef010203", { Type: 0x16, Checksum: 0xf8fa, GroupAddress: group, Version: 2 }],
    ["17 00 f7fa ef010203", { Type: 0x17, Checksum: 0xf7fa, GroupAddress: group, Version: 2 }],
  ] as const;
  for (const [message, expected] of all) {
    assertRecord(frame(ETHERNET, SHORT_IP, message), expected);
  }
});

Deno.test("a query of version 3 has times in nanoseconds", () => {
  assertRecord(QUERY_V3, {
    Type: 0x11,
    MaxResponseTime: 12_700_000_000n,
    Checksum: 0x6bec,
    GroupAddress: "239.1.2.3",
    SupressRouterProcessing: true,
    RobustnessValue: 5,
    IntervalTime: 125_000_000_000n,
    SourceAddresses: ["192.0.2.7", "192.0.2.8"],
    NumberOfSources: 2,
    Version: 3,
  });
});

Deno.test("times of 12.8 seconds and more, 128 seconds and more, are floating-point numbers", () => {
  // RFC 3376, section 4.1.1: (mantissa | 0x10) << (exponent + 3), in tenths of a second.
  const table = [[0x80, 128n], [0x8f, 248n], [0x90, 256n], [0xfe, 30720n], [0xff, 31744n]] as const;
  for (const [code, value] of table) {
    const hex = code.toString(16);
    const query = patched(patched(QUERY_V3, MESSAGE_AT + 1, hex), MESSAGE_AT + 9, hex);
    const [record] = decodeFrame(query).recordsOf(IGMPSchema);
    assertEquals(record?.MaxResponseTime, value * 100_000_000n);
    assertEquals(record?.IntervalTime, value * 1_000_000_000n);
  }
});

Deno.test("a report of version 3 has its group records, auxiliary data passed over", () => {
  assertRecord(REPORT_V3, {
    Type: 0x22,
    Checksum: 0xe035,
    NumberOfGroupRecords: 3,
    GroupRecords: [
      { Type: 4, MulticastAddress: "239.1.2.3" },
      {
        Type: 1,
        AuxDataLen: 1,
        NumberOfSources: 2,
        MulticastAddress: "239.1.2.4",
        SourceAddresses: ["192.0.2.7", "192.0.2.8"],
      },
      {
        Type: 6,
        NumberOfSources: 1,
        MulticastAddress: "239.1.2.5",
        SourceAddresses: ["192.0.2.9"],
      },
    ],
    Version: 3,
  });
});

Deno.test("a message cut short gives no record", () => {
  assertTruncated(REPORT_V3, MESSAGE_AT + 1, MESSAGE_AT + 47, IGMPSchema, "Igmp truncated");
  assertTruncated(QUERY_V3, MESSAGE_AT + 12, MESSAGE_AT + 19, IGMPSchema, "Igmp truncated");
});

Deno.test("of a message that the capture has cut the whole group records and sources are in the record", () => {
  const groups = assertCut(REPORT_V3, MESSAGE_AT + 8, MESSAGE_AT + 47, IGMPSchema)
    .map(({ NumberOfGroupRecords, GroupRecords }) => [NumberOfGroupRecords, GroupRecords.length]);
  assertEquals(groups, [
    ...[...Array(8).fill([3, 0]), ...Array(20).fill([3, 1]), ...Array(12).fill([3, 2])],
  ]);
  const sources = assertCut(QUERY_V3, MESSAGE_AT + 12, MESSAGE_AT + 19, IGMPSchema)
    .map(({ SourceAddresses }) => SourceAddresses);
  assertEquals(sources, [...Array(4).fill([]), ...Array(4).fill(["192.0.2.7"])]);
});

Deno.test("a query of 9 to 11 bytes is of no version, RFC 3376, section 7.1", () => {
  for (const length of [9, 10, 11]) {
    assertRefused(QUERY_V3.subarray(0, MESSAGE_AT + length), IGMPSchema, "Igmp malformed");
  }
});

Deno.test("other protocols with IGMP's number are not taken for it", () => {
  for (const type of ["13", "14", "1e", "1f", "30"]) { // DVMRP, PIM version 1, mtrace, discovery
    const message = frame(ETHERNET, SHORT_IP, type, "00 0000 00000000");
    assertRefused(message, IGMPSchema, "Igmp unsupported");
  }
});
