import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { OSPFv2Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

const IP = frame("45000000 00010000 01590000 c0000201 e0000005");
const PACKET_AT = IP.length;
const OPTIONS = { linkType: 228 }; // IPv4

/** A packet of router 192.0.2.1 in area 0.0.0.1 with that type and body, in IP. */
function packet(type: string, ...body: (string | Uint8Array)[]): Uint8Array {
  const content = frame(...body);
  const length = (24 + content.length).toString(16).padStart(4, "0");
  return frame(IP, "02", type, length, "c0000201 00000001 00d0 0000 0000000000000000", content);
}

function recordOf(bytes: Uint8Array) {
  const decoded = decodeFrame(bytes, OPTIONS);
  assertEquals(decoded.types, ["IPv4", "OSPFv2"]);
  assertCanonical(decoded, OSPFv2Schema);
  return decoded.recordsOf(OSPFv2Schema)[0]!;
}

function record(type: number, length: number, rest: MessageInitShape<typeof OSPFv2Schema>) {
  return create(OSPFv2Schema, {
    Version: 2,
    Type: type,
    PacketLength: length,
    RouterID: 0xc0000201,
    AreaID: 1,
    Checksum: 0xd0,
    SrcIP: "192.0.2.1",
    DstIP: "224.0.0.5",
    ...rest,
  });
}

// RFC 2328, appendix A.3.2.
const HELLO = packet(
  "01",
  "ffffff00 000a 02 01 00000028 c00002fe c00002fd",
  "c0000202 c0000203",
);
const HEADER = "0005 22 01 c0000203 c0000203 80000007 abcd 0030";

Deno.test("a hello has its neighbors", () => {
  assertEquals(
    recordOf(HELLO),
    record(1, 52, {
      HelloV2: {
        RtrPriority: 1,
        Options: 2,
        HelloInterval: 10,
        RouterDeadInterval: 40,
        DesignatedRouterID: 0xc00002fe,
        BackupDesignatedRouterID: 0xc00002fd,
        NeighborID: [0xc0000202, 0xc0000203],
        NetworkMask: 0xffffff00,
      },
    }),
  );
});

const LSA_HEADER = {
  LSAge: 5,
  LSType: 1,
  LinkStateID: 0xc0000203,
  AdvRouter: 0xc0000203,
  LSSeqNumber: 0x80000007,
  LSChecksum: 0xabcd,
  Length: 48,
  LSOptions: 0x22,
};

Deno.test("a database description has headers with type and options apart", () => {
  // RFC 2328, appendix A.3.3. The original joins them here, and nowhere else.
  assertEquals(
    recordOf(packet("02", "05dc 52 07 00001234", HEADER, HEADER)),
    record(2, 72, {
      DbDesc: {
        Options: 0x52,
        InterfaceMTU: 1500,
        Flags: 7,
        DDSeqNumber: 0x1234,
        LSAinfo: [LSA_HEADER, LSA_HEADER],
      },
    }),
  );
});

Deno.test("a request has what is asked for, an acknowledgment its headers", () => {
  assertEquals(
    recordOf(packet("03", "00000005 c6336400 c0000201 00000001 c0000203 c0000203")),
    record(3, 48, {
      LSR: [
        { LSType: 5, LSID: 0xc6336400, AdvRouter: 0xc0000201 },
        { LSType: 1, LSID: 0xc0000203, AdvRouter: 0xc0000203 },
      ],
    }),
  );
  assertEquals(recordOf(packet("05", HEADER)), record(5, 44, { LSAs: [LSA_HEADER] }));
});

// Written by scapy: frame 14 of tests/captures/crafted/routing.pcap.
const UPDATE = packet(
  "04",
  "00000005",
  "0001 00 01 c0000201 c0000201 80000001 fcd0 0030 03 00 0002",
  "c00002fe c0000201 02 00 000a c6336400 ffffff00 03 00 ffff",
  "0001 00 02 c00002fe c0000201 80000001 ce7f 0020 ffffff00 c0000201 c0000202",
  "0001 00 03 cb007100 c0000201 80000001 3e0c 001c ffffff00 00000014",
  "0001 00 05 c6336400 c0000201 80000001 bc97 0024 ffffff00 80abcdef c0000203 fedcba98",
  "0001 00 07 c6336500 c0000201 80000001 5117 0024 ffffff00 00000001 c0000204 00000000",
);
const LSAS_AT = PACKET_AT + 28;

Deno.test("an update has router and external advertisements, of others the header", () => {
  const header = { LSAge: 1, AdvRouter: 0xc0000201, LSSeqNumber: 0x80000001 };
  assertEquals(
    recordOf(UPDATE),
    record(4, 208, {
      LSU: {
        NumOfLSAs: 5,
        LSAs: [
          {
            Header: {
              ...header,
              LSType: 1,
              LinkStateID: 0xc0000201,
              LSChecksum: 0xfcd0,
              Length: 48,
            },
            RLSAV2: {
              Flags: 3,
              Links: 2,
              Routers: [
                { Type: 2, LinkID: 0xc00002fe, LinkData: 0xc0000201, Metric: 10 },
                { Type: 3, LinkID: 0xc6336400, LinkData: 0xffffff00, Metric: 65535 },
              ],
            },
          },
          {
            Header: {
              ...header,
              LSType: 2,
              LinkStateID: 0xc00002fe,
              LSChecksum: 0xce7f,
              Length: 32,
            },
          },
          {
            Header: {
              ...header,
              LSType: 3,
              LinkStateID: 0xcb007100,
              LSChecksum: 0x3e0c,
              Length: 28,
            },
          },
          {
            Header: {
              ...header,
              LSType: 5,
              LinkStateID: 0xc6336400,
              LSChecksum: 0xbc97,
              Length: 36,
            },
            ASELSAV2: {
              NetworkMask: 0xffffff00,
              ExternalBit: 128,
              Metric: 0xabcdef,
              ForwardingAddress: 0xc0000203,
              ExternalRouteTag: 0xfedcba98,
            },
          },
          {
            Header: {
              ...header,
              LSType: 7,
              LinkStateID: 0xc6336500,
              LSChecksum: 0x5117,
              Length: 36,
            },
            ASELSAV2: { NetworkMask: 0xffffff00, Metric: 1, ForwardingAddress: 0xc0000204 },
          },
        ],
      },
    }),
  );
});

Deno.test("of a packet that the capture has cut the whole parts are in the record", () => {
  const lengths = [0, 48, 80, 108, 144, 180]; // where its advertisements end
  for (const update of assertCut(UPDATE, LSAS_AT, UPDATE.length - 1, OSPFv2Schema, OPTIONS)) {
    assertEquals([update.PacketLength, update.LSU?.NumOfLSAs], [208, 5]);
  }
  const counts = assertCut(UPDATE, LSAS_AT, UPDATE.length - 1, OSPFv2Schema, OPTIONS)
    .map(({ LSU }) => LSU!.LSAs.length);
  assertEquals(
    counts,
    counts.map((_, more) => lengths.findLastIndex((length) => length <= more)),
  );
  const hellos = assertCut(HELLO, PACKET_AT + 24, HELLO.length - 1, OSPFv2Schema, OPTIONS)
    .map(({ HelloV2 }) => HelloV2?.NeighborID);
  assertEquals(
    hellos,
    [...Array(20).fill(undefined), ...Array(4).fill([]), ...Array(4).fill([0xc0000202])],
  );
});

Deno.test("metrics by type of service are passed over", () => {
  // RFC 2328, appendix A.4.2: their number is in byte 9 of the link, each has 4 bytes.
  const update = packet(
    "04",
    "00000001 0001 00 01 c0000201 c0000201 80000001 fcd0 0034 03 00 0002",
    "c00002fe c0000201 02 01 000a 08 00 0014 c6336400 ffffff00 03 00 ffff",
  );
  assertEquals(recordOf(update).LSU?.LSAs[0]?.RLSAV2?.Routers.map(({ Metric }) => Metric), [
    10,
    65535,
  ]);
});

Deno.test("authentication is 64 bits as sent; the digest behind the packet is passed over", () => {
  const packet = frame(patched(HELLO, PACKET_AT + 14, "0002 0000 0110 5a840000"), "ab".repeat(16));
  const { AuType, Authentication, HelloV2 } = recordOf(packet);
  assertEquals([AuType, Authentication], [2, 0x0000_0110_5a84_0000n]);
  assertEquals(HelloV2?.NeighborID.length, 2);
  const simple = patched(HELLO, PACKET_AT + 16, "ffffffff fffffffe");
  assertEquals(recordOf(simple).Authentication, -2n); // a field with a sign, as in the original
});

Deno.test("a packet of an unknown type has its header", () => {
  assertEquals(recordOf(packet("06", "0102")), record(6, 26, {}));
});

Deno.test("a packet cut short gives no record", () => {
  for (const bytes of [HELLO, UPDATE]) {
    assertTruncated(
      bytes,
      PACKET_AT + 1,
      bytes.length - 1,
      OSPFv2Schema,
      "Ospfv2 truncated",
      OPTIONS,
    );
  }
});

Deno.test("lengths and counts that contradict each other give no record", () => {
  const refused = (bytes: Uint8Array) =>
    assertRefused(bytes, OSPFv2Schema, "Ospfv2 malformed", OPTIONS);
  refused(patched(HELLO, PACKET_AT + 2, "0017")); // shorter than a header
  refused(patched(HELLO, PACKET_AT + 2, "002b")); // than a hello
  refused(patched(HELLO, PACKET_AT + 2, "0033")); // ends within a neighbor
  refused(packet("02", "05dc 52 07 000012"));
  refused(packet("03", "00000005 c6336400"));
  refused(packet("04", "000000"));
  refused(packet("05", HEADER, "00"));
  refused(patched(UPDATE, LSAS_AT - 4, "00000004"));
  refused(patched(UPDATE, LSAS_AT - 4, "ffffffff"));
  refused(patched(UPDATE, LSAS_AT + 18, "0013")); // an advertisement shorter than its header
  refused(patched(UPDATE, LSAS_AT + 18, "ffff")); // and beyond the packet
  refused(patched(UPDATE, LSAS_AT + 22, "0003")); // more links than there is room for
  refused(patched(UPDATE, LSAS_AT + 24 + 9, "ff")); // metrics as well
  refused(
    packet("04", "00000001", HEADER.replace("0030", "0016").replace("22 01", "22 05"), "0000"),
  );
});
