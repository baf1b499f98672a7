import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ARPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/802.1ad_QinQ.pcap, frame 1: two VLAN tags in front of the request.
const REQUEST = frame(
  "ffffffffffff 0020d25afb3f 88a8 00c88100 07d10806",
  "0001 0800 06 04 0001 0020d25afb3f ac154f61 000000000000 ac154f64",
  "0000000000000000000000000000",
);
const ARP_AT = 22;
const ARP_BYTES = 28;

/** An ARP message in an Ethernet frame. */
function message(...hex: string[]) {
  return frame("ffffffffffff 0020d25afb3f 0806", ...hex);
}

Deno.test("an ARP request gives the original's record", () => {
  const decoded = decodeFrame(REQUEST, { nanos: 1575842394599412000n });
  assertEquals(decoded.types, ["Ethernet", "Dot1Q", "Dot1Q", "ARP"]);
  assertEquals(decoded.recordsOf(ARPSchema), [create(ARPSchema, {
    Timestamp: 1575842394599412000n,
    AddrType: 1,
    Protocol: 2048,
    HwAddressSize: 6,
    ProtocolAddressSize: 4,
    Operation: 1,
    SrcHwAddress: "00:20:d2:5a:fb:3f",
    SrcProtocolAddress: "172.21.79.97",
    DstHwAddress: "00:00:00:00:00:00",
    DstProtocolAddress: "172.21.79.100",
  })]);
  assertCanonical(decoded, ARPSchema);
});

Deno.test("hardware addresses of any length are hex pairs with colons", () => {
  // The request of tcpdump's tests/arcnet-rfc1201-arp-icmp-http.pcap: ARCNET addresses are one byte.
  const decoded = decodeFrame(message("0007 0800 01 04 0001 be 0a508301 00 0a5083fe"));
  const [arp] = decoded.recordsOf(ARPSchema);
  assertEquals(arp?.AddrType, 7);
  assertEquals(arp?.SrcHwAddress, "be");
  assertEquals(arp?.SrcProtocolAddress, "10.80.131.1");
  assertEquals(arp?.DstHwAddress, "00");
  assertEquals(arp?.DstProtocolAddress, "10.80.131.254");
  assertCanonical(decoded, ARPSchema);
});

Deno.test("protocol addresses are dotted decimal at 4 bytes and hex pairs at other lengths", () => {
  const decoded = decodeFrame(message("0001 0600 00 06 0001 0a0b0c0d0e0f 010203040506"));
  const [arp] = decoded.recordsOf(ARPSchema);
  assertEquals(arp?.SrcHwAddress, "");
  assertEquals(arp?.SrcProtocolAddress, "0a:0b:0c:0d:0e:0f");
  assertEquals(arp?.DstProtocolAddress, "01:02:03:04:05:06");
});

Deno.test("addresses of the greatest length are kept whole", () => {
  const decoded = decodeFrame(message("0001 0800 ff ff 0001", "ab".repeat(4 * 255)));
  const [arp] = decoded.recordsOf(ARPSchema);
  assertEquals(arp?.DstProtocolAddress, Array(255).fill("ab").join(":"));
  assertCanonical(decoded, ARPSchema);
});

Deno.test("an ARP message cut short gives no record", () => {
  assertTruncated(REQUEST, ARP_AT + 1, ARP_AT + ARP_BYTES - 1, ARPSchema, "Arp truncated");
});

Deno.test("an ARP message whose address lengths pass its end gives no record", () => {
  assertRefused(patched(REQUEST, ARP_AT + 4, "ff04"), ARPSchema, "Arp truncated");
});
