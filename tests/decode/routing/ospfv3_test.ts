import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { LSAheaderSchema, LSASchema, OSPFv3Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

const IP = frame(
  "60000000 0000 59 01",
  "fe800000000000000000000000000001 ff020000000000000000000000000005",
);
const PACKET_AT = IP.length;
const OPTIONS = { linkType: 229 }; // IPv6

/** A packet of router 192.0.2.1 in area 0.0.0.1 with that type and body, in IP. */
function packet(type: string, ...body: (string | Uint8Array)[]): Uint8Array {
  const content = frame(...body);
  const length = hex4(16 + content.length);
  return frame(IP, "03", type, length, "c0000201 00000001 2ee6 03 00", content);
}

function recordOf(bytes: Uint8Array) {
  const decoded = decodeFrame(bytes, OPTIONS);
  assertEquals(decoded.types, ["IPv6", "OSPFv3"]);
  assertCanonical(decoded, OSPFv3Schema);
  return decoded.recordsOf(OSPFv3Schema)[0]!;
}

function record(type: number, length: number, rest: MessageInitShape<typeof OSPFv3Schema>) {
  return create(OSPFv3Schema, {
    Version: 3,
    Type: type,
    PacketLength: length,
    RouterID: 0xc0000201,
    AreaID: 1,
    Checksum: 0x2ee6,
    Instance: 3,
    SrcIP: "fe80::1",
    DstIP: "ff02::5",
    ...rest,
  });
}

// RFC 5340, appendix A.3.2.
const HELLO = packet(
  "01",
  "00000005 01 000013 000a 0028 c00002fe c00002fd",
  "c0000202 c0000203",
);
const HEADER = "0005 2001 00000000 c0000203 80000007 abcd 0018";
const LSA_HEADER = {
  LSAge: 5,
  LSType: 0x2001,
  AdvRouter: 0xc0000203,
  LSSeqNumber: 0x80000007,
  LSChecksum: 0xabcd,
  Length: 24,
};

Deno.test("of a packet that the capture has cut the whole parts are in the record", () => {
  const hellos = assertCut(HELLO, PACKET_AT + 16, HELLO.length - 1, OSPFv3Schema, OPTIONS)
    .map(({ Hello }) => Hello?.NeighborID);
  assertEquals(
    hellos,
    [...Array(20).fill(undefined), ...Array(4).fill([]), ...Array(4).fill([0xc0000202])],
  );
  const acknowledgment = packet("05", HEADER, HEADER);
  const headers = assertCut(
    acknowledgment,
    acknowledgment.length - 40,
    acknowledgment.length - 1,
    OSPFv3Schema,
    OPTIONS,
  ).map(({ LSAs }) => LSAs.length);
  assertEquals(headers, [...Array(20).fill(0), ...Array(20).fill(1)]);
});

Deno.test("a hello has its neighbors", () => {
  assertEquals(
    recordOf(HELLO),
    record(1, 44, {
      Hello: {
        InterfaceID: 5,
        RtrPriority: 1,
        Options: 0x13,
        HelloInterval: 10,
        RouterDeadInterval: 40,
        DesignatedRouterID: 0xc00002fe,
        BackupDesignatedRouterID: 0xc00002fd,
        NeighborID: [0xc0000202, 0xc0000203],
      },
    }),
  );
});

Deno.test("database descriptions, requests and acknowledgments have 16 bits of type", () => {
  assertEquals(
    recordOf(packet("02", "00 000013 05dc 00 07 00001234", HEADER)),
    record(2, 48, {
      DbDesc: {
        Options: 0x13,
        InterfaceMTU: 1500,
        Flags: 7,
        DDSeqNumber: 0x1234,
        LSAinfo: [LSA_HEADER],
      },
    }),
  );
  assertEquals(
    recordOf(packet("03", "0000 2009 00000001 c0000203")),
    record(3, 28, { LSR: [{ LSType: 0x2009, LSID: 1, AdvRouter: 0xc0000203 }] }),
  );
  assertEquals(recordOf(packet("05", HEADER)), record(5, 36, { LSAs: [LSA_HEADER] }));
});

/** An update with one advertisement of that type and content. */
function update(type: string, ...content: string[]): Uint8Array {
  const bytes = frame(...content);
  const length = hex4(20 + bytes.length);
  return packet("04", "00000001 0001", type, "00000007 c0000201 80000001 abcd", length, bytes);
}

function assertContent(bytes: Uint8Array, expected: MessageInitShape<typeof LSASchema>): void {
  const length = bytes.length - PACKET_AT;
  const lsa = create(LSASchema, expected);
  lsa.Header = create(LSAheaderSchema, {
    LSAge: 1,
    LSType: bytes[PACKET_AT + 22]! * 256 + bytes[PACKET_AT + 23]!,
    LinkStateID: 7,
    AdvRouter: 0xc0000201,
    LSSeqNumber: 0x80000001,
    LSChecksum: 0xabcd,
    Length: length - 20,
  });
  assertEquals(recordOf(bytes), record(4, length, { LSU: { NumOfLSAs: 1, LSAs: [lsa] } }));
}

// The contents were written by scapy: frame 15 of tests/captures/crafted/routing.pcap.
const ROUTER = update(
  "2001",
  "03 000013 01 00 000a 00000004 00000005 c0000202 02 00 000b 00000006 00000007 c0000203",
);
const NETWORK = update("2002", "00 000033 c0000201 c0000202");
const INTER_AREA_PREFIX = update("2003", "00 010203 30 08 0000 20010db8 00010000");
const INTER_AREA_ROUTER = update("2004", "00 000013 00 010204 c0000209");
const EXTERNAL = update(
  "4005",
  "07 010205 40 00 0000 20010db8 00020000 20010db8000000000000000000000003 fedcba98",
);
const LINK = update(
  "0008",
  "c8 000013 fe800000000000000000000000000001 00000002",
  "40 02 000a 20010db8 00000000 38 00 000a 20010db8 00030000",
);
const INTRA_AREA_PREFIX = update(
  "2009",
  "0003 2001 00000000 c0000201 40 00 0005 20010db8 00040000",
  "80 02 000a 20010db8000000000000000000000001 30 00 0006 20010db8 00050000",
);

Deno.test("advertisements of routers and networks have what they describe", () => {
  assertContent(ROUTER, {
    RLSA: {
      Flags: 3,
      Options: 0x13,
      Routers: [
        {
          Type: 1,
          Metric: 10,
          InterfaceID: 4,
          NeighborInterfaceID: 5,
          NeighborRouterID: 0xc0000202,
        },
        {
          Type: 2,
          Metric: 11,
          InterfaceID: 6,
          NeighborInterfaceID: 7,
          NeighborRouterID: 0xc0000203,
        },
      ],
    },
  });
  assertContent(NETWORK, {
    NLSA: { Options: 0x33, AttachedRouter: [0xc0000201, 0xc0000202] },
  });
  assertContent(INTER_AREA_ROUTER, {
    IARouterLSA: { Options: 0x13, Metric: 0x10204, DestinationRouterID: 0xc0000209 },
  });
});

Deno.test("the length of a prefix is in bits, its address in whole words", () => {
  assertContent(INTER_AREA_PREFIX, {
    InterAPrefixLSA: {
      Metric: 0x10203,
      PrefixLength: 48,
      PrefixOptions: 8,
      AddressPrefix: frame("20010db8 00010000"),
    },
  });
  assertContent(INTRA_AREA_PREFIX, {
    IntraAPrefixLSA: {
      NumOfPrefixes: 3,
      RefLSType: 0x2001,
      RefAdvRouter: 0xc0000201,
      Prefixes: [
        { PrefixLength: 64, Metric: 5, AddressPrefix: frame("20010db8 00040000") },
        {
          PrefixLength: 128,
          PrefixOptions: 2,
          Metric: 10,
          AddressPrefix: frame("20010db8 00000000 00000000 00000001"),
        },
        { PrefixLength: 48, Metric: 6, AddressPrefix: frame("20010db8 00050000") },
      ],
    },
  });
  assertContent(LINK, {
    LLSA: {
      RtrPriority: 200,
      Options: 0x13,
      LinkLocalAddress: frame("fe800000000000000000000000000001"),
      NumOfPrefixes: 2,
      Prefixes: [ // without a metric: these bytes are reserved
        { PrefixLength: 64, PrefixOptions: 2, AddressPrefix: frame("20010db8 00000000") },
        { PrefixLength: 56, AddressPrefix: frame("20010db8 00030000") },
      ],
    },
  });
});

Deno.test("external advertisements have the optional fields that they announce", () => {
  const common = { Metric: 0x10205, PrefixLength: 64, AddressPrefix: frame("20010db8 00020000") };
  const ForwardingAddress = frame("20010db8000000000000000000000003");
  assertContent(EXTERNAL, {
    ASELSA: { Flags: 7, ...common, ForwardingAddress, ExternalRouteTag: 0xfedcba98 },
  });
  // RFC 5340, appendix A.4.7: F is 2, T is 1; a referenced type announces a link state ID.
  const prefix = "010205 40 00";
  const address = "20010db8 00020000";
  assertContent(update("2007", "01", prefix, "0000", address, "00000009"), {
    ASELSA: { Flags: 1, ...common, ExternalRouteTag: 9 },
  });
  assertContent(update("4005", "04", prefix, "2001", address, "0000000b"), {
    ASELSA: { Flags: 4, ...common, RefLSType: 0x2001, RefLinkStateID: 11 },
  });
  assertContent(update("2007", "00 000002 00 00 0000"), { ASELSA: { Metric: 2 } });
});

Deno.test("of unknown types, and without content, there is the header", () => {
  assertContent(update("a00c", "0102030405"), {});
  assertContent(update("2001"), {});
});

Deno.test("a packet cut short gives no record", () => {
  assertTruncated(
    HELLO,
    PACKET_AT + 1,
    HELLO.length - 1,
    OSPFv3Schema,
    "Ospfv3 truncated",
    OPTIONS,
  );
});

Deno.test("advertisements cut short give no record", () => {
  const all: [Uint8Array, number][] = [
    [ROUTER, 16], // may end behind each of its items
    [NETWORK, 4],
    [INTER_AREA_PREFIX, Infinity],
    [INTER_AREA_ROUTER, Infinity],
    [EXTERNAL, Infinity],
    [LINK, Infinity],
    [INTRA_AREA_PREFIX, Infinity],
  ];
  for (const [whole, itemBytes] of all) {
    for (let length = 21; length < whole.length - PACKET_AT - 20; length++) {
      if ((length - 24) % itemBytes === 0 && itemBytes !== Infinity) continue;
      const shorter = patched(whole, PACKET_AT + 38, hex4(length));
      const cut = patched(shorter, PACKET_AT + 2, hex4(20 + length));
      assertRefused(
        cut.subarray(0, PACKET_AT + 20 + length),
        OSPFv3Schema,
        "Ospfv3 malformed",
        OPTIONS,
      );
    }
  }
});

function hex4(value: number): string {
  return value.toString(16).padStart(4, "0");
}

Deno.test("prefixes longer than an address, and more than there are, give no record", () => {
  const refused = (bytes: Uint8Array) =>
    assertRefused(bytes, OSPFv3Schema, "Ospfv3 malformed", OPTIONS);
  const contentAt = PACKET_AT + 40;
  refused(patched(INTER_AREA_PREFIX, contentAt + 4, "81"));
  refused(patched(LINK, contentAt + 20, "ffffffff"));
  refused(patched(INTRA_AREA_PREFIX, contentAt, "0004"));
  refused(patched(HELLO, PACKET_AT + 2, "000f"));
  refused(patched(HELLO, PACKET_AT + 2, "0023"));
  refused(packet("02", "00 000013 05dc 00 07 000012"));
});
