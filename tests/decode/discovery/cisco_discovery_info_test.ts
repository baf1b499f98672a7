import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { CiscoDiscoveryInfoSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, decodeFrame, frame } from "../decode_frame.ts";

// Written by scapy: tests/captures/crafted/discovery.py, the values of frame 1.
const PHONE = [
  "0001 0013 534550303230303545303035333032",
  "0002 002d 00000002 01 01 cc 0004 c0000207",
  "02 08 aaaa0300000086dd 0010 20010db8000000000000000000000007",
  "0004 0008 000001ff",
  "0007 0009 c633644d 1a",
  "000b 0005 01",
  "000e 0007 01 0014",
  "000f 0007 01 001e",
  "0010 0006 189c",
  "0011 0008 00002400",
  "0012 0005 01",
  "0013 0005 05",
  "0014 0010 6465736b2e6578616d706c65",
  "0015 000d 0607 2b060104018237",
  "0016 0011 00000001 01 01 cc 0004 c0000208",
  "0017 0011 01 7365636f6e6420666c6f6f72",
  "0019 0010 000b 0002 0000189c 00002ee0",
  "001a 0010 000b 0003 00003c28 ffffffff",
  "001f 0005 0f",
].join("");
/** The messages that are in every record. */
const EMPTY = {
  CDPHello: {},
  Capabilities: {},
  VLANReply: {},
  VLANQuery: {},
  Location: {},
  PowerRequest: {},
  PowerAvailable: {},
  SparePairPoe: {},
  EnergyWise: {},
};

Deno.test("each value is in the field of its type", () => {
  const decoded = decodeFrame(message(PHONE), { nanos: 4n });
  assertEquals(decoded.recordsOf(CiscoDiscoveryInfoSchema), [create(CiscoDiscoveryInfoSchema, {
    ...EMPTY,
    Timestamp: 4n,
    DeviceID: bytesOf("SEP02005E005302"),
    Addresses: [bytesOf("192.0.2.7"), bytesOf("2001:db8::7")],
    Capabilities: {
      L3Router: true,
      TBBridge: true,
      SPBridge: true,
      L2Switch: true,
      IsHost: true,
      IGMPFilter: true,
      L1Repeater: true,
      IsPhone: true,
      RemotelyManaged: true,
    },
    IPPrefixes: [{ IP: "198.51.100.64", IPMask: "ffffffc0" }],
    FullDuplex: true,
    VLANReply: { ID: 1, VLAN: 20 },
    VLANQuery: { ID: 1, VLAN: 30 },
    PowerConsumption: 6300,
    MTU: 9216,
    ExtendedTrust: 1,
    UntrustedCOS: 5,
    SysName: bytesOf("desk.example"),
    SysOID: frame("06072b060104018237"),
    MgmtAddresses: [bytesOf("192.0.2.8")],
    Location: { Type: 1, Location: "second floor" },
    PowerRequest: { ID: 11, MgmtID: 2, Values: [6300, 12000] },
    PowerAvailable: { ID: 11, MgmtID: 3, Values: [15400, 4294967295] },
    SparePairPoe: { PSEFourWire: true, PDArchShared: true, PDRequestOn: true, PSEOn: true },
  })]);
  assertCanonical(decoded, CiscoDiscoveryInfoSchema);
});

Deno.test("a location that is no UTF-8 has U+FFFD for each such byte", () => {
  // A location may be binary (civic addresses of RFC 4776); a string of protobuf is UTF-8.
  const decoded = decodeFrame(message("0017 000a 01 01ff4dfc6e"));
  const [record] = decoded.recordsOf(CiscoDiscoveryInfoSchema);
  assertEquals(record?.Location?.Location, "\x01\ufffdM\ufffdn");
  assertCanonical(decoded, CiscoDiscoveryInfoSchema);
});

Deno.test("a switch gives the original's record, and the organization of its hello", () => {
  // tcpdump's tests/3560_CDP.pcap, frame 1, without the two long texts
  const record = infoOf(
    "0008 0024 00000c 0112 00000000 ffffffff 01 02 21 ff 000000000000 001906eab880 ff 0000" +
      "0003 0016 4769676162697445746865726e6574302f35 0009 0007 4c6162 000a 0006 0001",
  );
  assertEquals(
    record,
    create(CiscoDiscoveryInfoSchema, {
      ...EMPTY,
      CDPHello: {
        OUI: frame("00000c"),
        ProtocolID: 274,
        ClusterMaster: frame("00000000"),
        Unknown1: frame("ffffffff"),
        Version: 1,
        SubVersion: 2,
        Status: 33,
        Unknown2: 255,
        ClusterCommander: frame("000000000000"),
        SwitchMAC: frame("001906eab880"),
        Unknown3: 255,
      },
      PortID: bytesOf("GigabitEthernet0/5"),
      VTPDomain: bytesOf("Lab"),
      NativeVLAN: 1,
    }),
  );
});

Deno.test("Cisco's own number for IPv6 is known too, and other protocols are passed over", () => {
  const record = infoOf(
    "0002 0035 00000003 02 03 aaaa03 0002 abcd" + // no protocol that we know
      "02 08 aaaa030000000800 0010 20010db8000000000000000000000007" +
      "01 01 81 0003 490001", // CLNP
  );
  assertEquals(record.Addresses, [bytesOf("2001:db8::7")]);
});

Deno.test("networks have the mask that their bits say", () => {
  const record = infoOf("0007 0013 c6336400 18 0a000000 00 c0000207 20");
  assertEquals(record.IPPrefixes.map(({ IP, IPMask }) => `${IP} ${IPMask}`), [
    "198.51.100.0 ffffff00",
    "0.0.0.0 00000000",
    "192.0.2.7 ffffffff",
  ]);
});

Deno.test("the last value of a type counts", () => {
  assertEquals(infoOf("000a 0006 0001 000a 0006 0002").NativeVLAN, 2);
});

Deno.test("a value without a field, or not in the form of its type, is kept as it is", () => {
  const kept = [
    "000c 0006 abcd", // a type that nobody knows
    "0007 0008 c0000201", // a gateway, which has no field
    "0007 0009 c0000201 21", // 33 bits of 32
    "000b 0004", // nothing where there must be a byte, and so on
    "000a 0005 01",
    "000e 0006 0100",
    "0004 0007 000001",
    "0019 0006 000b",
    "001a 000a 000b 0002 0000",
    "0008 0023 00000c0112" + "00".repeat(26),
    "0002 0006 0000",
    "0002 0008 00000001",
    "0002 0010 00000001 01 01 cc 0004 c00002",
  ];
  for (const hex of kept) {
    const value = frame(hex);
    const [Type, Length, Value] = [value[1]!, value.length, value.subarray(4)];
    const expected = create(CiscoDiscoveryInfoSchema, {
      ...EMPTY,
      Unknown: [{ Type, Length, Value }],
    });
    assertEquals(infoOf(hex), expected, hex);
  }
});

/** A message with these values, as a switch sends it. */
function message(values: string): Uint8Array {
  const content = frame("aaaa03 00000c 2000 02b40000", values);
  const length = content.length.toString(16).padStart(4, "0");
  return frame("01000ccccccc 02005e005302", length, content);
}

function infoOf(values: string) {
  return decodeFrame(message(values)).recordsOf(CiscoDiscoveryInfoSchema)[0]!;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
