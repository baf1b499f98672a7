import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { LinkLayerDiscoveryInfoSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, decodeFrame, frame } from "../decode_frame.ts";

// Written by scapy: tests/captures/crafted/discovery.py, frame 4.
const BEGINNING = "0180c200000e 02005e005301 88cc 0207 0402005e005301 0405 0573777031 0602 0078";
const ADDRESS = "1013 05 01 c0000201 02 000003e9 07 2b060104018237";
const WHOLE = frame(
  BEGINNING,
  "080b 746f2074686520636f7265",
  "0a0b 7377312e6578616d706c65",
  "0c08 6120737769746368",
  "0e04 0534 0004",
  ADDRESS,
  "fe09 00120f 01 036c000010",
  "fe06 0080c2 01 0001",
  "1202 beef",
  "0000",
);
/** The messages that are in every record. */
const EMPTY = {
  SysCapabilities: { SystemCap: {}, EnabledCap: {} },
  MgmtAddress: {},
};

Deno.test("each value is in the field of its type", () => {
  const decoded = decodeFrame(WHOLE, { nanos: 9n });
  assertEquals(decoded.recordsOf(LinkLayerDiscoveryInfoSchema), [
    create(LinkLayerDiscoveryInfoSchema, {
      Timestamp: 9n,
      PortDescription: bytesOf("to the core"),
      SysName: bytesOf("sw1.example"),
      SysDescription: bytesOf("a switch"),
      SysCapabilities: {
        SystemCap: { Bridge: true, Router: true, Phone: true, CVLAN: true, TMPR: true },
        EnabledCap: { Bridge: true },
      },
      MgmtAddress: {
        Subtype: 1,
        Address: frame("c0000201"),
        InterfaceSubtype: 2,
        InterfaceNumber: 1001,
        OID: "1.3.6.1.4.1.311",
      },
      OrgTLVs: [
        { OUI: 0x120f, SubType: 1, Info: frame("036c000010") },
        { OUI: 0x80c2, SubType: 1, Info: frame("0001") },
      ],
      Unknown: [{ Type: 9, Length: 2, Value: frame("beef") }],
    }),
  ]);
  assertCanonical(decoded, LinkLayerDiscoveryInfoSchema);
});

Deno.test("without such values the messages are there and empty", () => {
  assertEquals(infoOf(""), create(LinkLayerDiscoveryInfoSchema, EMPTY));
  assertCanonical(decodeFrame(frame(BEGINNING)), LinkLayerDiscoveryInfoSchema);
});

Deno.test("the last value of a type counts", () => {
  assertEquals(infoOf("0a01 61 0a01 62").SysName, bytesOf("b"));
  const address = infoOf(ADDRESS + "100c 05 01 c0000202 02 00000001 00").MgmtAddress;
  assertEquals(address?.Address, frame("c0000202"));
  assertEquals(address?.OID, "");
});

Deno.test("a value that is too short for its type is kept as it is", () => {
  const tooShort = [
    "0e03 053400", // capabilities
    "fe03 00120f", // organization
    "1000", // address: nothing, no address, no room for the interface, for the identifier
    "1001 00",
    "100b 05 01 c0000201 02 000003e9",
    "1012 05 01 c0000201 02 000003e9 07 2b0601040182",
  ];
  for (const hex of tooShort) {
    const value = frame(hex);
    assertEquals(
      infoOf(hex),
      create(LinkLayerDiscoveryInfoSchema, {
        ...EMPTY,
        Unknown: [{ Type: value[0]! >> 1, Length: value[1]!, Value: value.subarray(2) }],
      }),
    );
  }
});

/** The record of a message that has these values behind the first three. */
function infoOf(values: string) {
  return decodeFrame(frame(BEGINNING, values)).recordsOf(LinkLayerDiscoveryInfoSchema)[0]!;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
