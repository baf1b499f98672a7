import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { VRRPv2Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/vrrp.pcap, frame 1.
const VERSION_2 = frame(
  "01005e000012 00005e00012a 0800 45000030 12340000 ff70bebc 0a00005b e0000012",
  "21 2a bf 03 01 0a f11f 0a042a01 0a042a02 0a042a03 6162636465666768",
);
// Written by scapy: frame 10 of tests/captures/crafted/routing.pcap.
const VERSION_3 = frame(
  "01005e000005 020000000001 0800 45000024 00010000 ff701955 c0000201 e0000012",
  "31 02 ff 02 0123 a646 c00002fe c00002fd",
);
// Frame 11 of the same; the checksum is tshark's.
const VERSION_3_OVER_IPV6 = frame(
  "333300000005 020000000001 86dd 60000000 0028 70 ff",
  "fe800000000000000000000000000001 ff020000000000000000000000000012 31 03 64 02 0064 202f",
  "fe800000000000000000000000000fff 20010db8000000000000000000000fff",
);
const MESSAGE_AT = 34;

Deno.test("version 2 gives the original's record", () => {
  const decoded = decodeFrame(VERSION_2, { nanos: 1394056506745865000n });
  assertEquals(decoded.types, ["Ethernet", "IPv4", "VRRPv2"]);
  assertEquals(decoded.recordsOf(VRRPv2Schema), [create(VRRPv2Schema, {
    Timestamp: 1394056506745865000n,
    Version: 2,
    Type: 1,
    VirtualRtrID: 42,
    Priority: 191,
    CountIPAddr: 3,
    AuthType: 1,
    AdverInt: 10,
    Checksum: 61727,
    IPAddress: ["10.4.42.1", "10.4.42.2", "10.4.42.3"],
    SrcIP: "10.0.0.91",
    DstIP: "224.0.0.18",
  })]);
  assertCanonical(decoded, VRRPv2Schema);
});

Deno.test("version 3 has hundredths of a second and no authentication", () => {
  const decoded = decodeFrame(VERSION_3);
  assertEquals(decoded.recordsOf(VRRPv2Schema), [create(VRRPv2Schema, {
    Version: 3,
    Type: 1,
    VirtualRtrID: 2,
    Priority: 255,
    CountIPAddr: 2,
    AdverInt: 0x123,
    Checksum: 0xa646,
    IPAddress: ["192.0.2.254", "192.0.2.253"],
    SrcIP: "192.0.2.1",
    DstIP: "224.0.0.18",
  })]);
  assertCanonical(decoded, VRRPv2Schema);
});

Deno.test("the reserved bits of version 3 are not in the interval, RFC 9568, section 5.2", () => {
  const [record] = decodeFrame(patched(VERSION_3, MESSAGE_AT + 4, "f123")).recordsOf(VRRPv2Schema);
  assertEquals(record?.AdverInt, 0x123);
});

Deno.test("version 3 over IPv6 has IPv6 addresses", () => {
  const [record] = decodeFrame(VERSION_3_OVER_IPV6).recordsOf(VRRPv2Schema);
  assertEquals(record?.IPAddress, ["fe80::fff", "2001:db8::fff"]);
  assertEquals([record?.CountIPAddr, record?.AdverInt], [2, 100]);
});

Deno.test("a message cut short gives no record", () => {
  const failure = "Vrrp truncated";
  assertTruncated(VERSION_2, MESSAGE_AT + 1, MESSAGE_AT + 19, VRRPv2Schema, failure);
  assertTruncated(VERSION_3, MESSAGE_AT + 1, MESSAGE_AT + 15, VRRPv2Schema, failure);
  assertTruncated(VERSION_3_OVER_IPV6, 54 + 17, 54 + 39, VRRPv2Schema, failure);
});

Deno.test("other types and messages without an address give no record", () => {
  assertRefused(patched(VERSION_2, MESSAGE_AT, "22"), VRRPv2Schema, "Vrrp malformed");
  assertRefused(patched(VERSION_2, MESSAGE_AT + 3, "00"), VRRPv2Schema, "Vrrp malformed");
});

Deno.test("other versions give no record", () => {
  assertRefused(patched(VERSION_2, MESSAGE_AT, "11"), VRRPv2Schema, "Vrrp unsupported");
  assertRefused(patched(VERSION_2, MESSAGE_AT, "41"), VRRPv2Schema, "Vrrp unsupported");
});
