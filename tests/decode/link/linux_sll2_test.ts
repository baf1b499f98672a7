import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { ARPSchema, ICMPv6EchoSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertTruncated, decodeFrame, frame, patched } from "../decode_frame.ts";

const SLL2 = { linkType: 276 };
// Zeek's linux_dlt_sll2.pcap, frames 3 and 5.
const ECHO = frame(
  "86dd 0000 00000001 0304 00 06 0000000000000000",
  "6005c2e4 0040 3a 40 fe800000000000008c3606fffe44acaf fe800000000000008c3606fffe44acaf",
  "80 00 a8d7 0009 0001 f8bdf96200000000ab59010000000000",
);
const ARP_REQUEST = frame(
  "0806 0000 0000001a 0001 04 06 8e360644acaf 0000",
  "0001 0800 06 04 0001 8e360644acaf c0000201 000000000000 c0000202",
);

Deno.test("the protocol in front is an EtherType: an echo request as tshark shows it", () => {
  const decoded = decodeFrame(ECHO, SLL2);
  assertEquals(decoded.types, ["IPv6", "ICMPv6", "ICMPv6Echo"]);
  assertEquals(decoded.recordsOf(ICMPv6EchoSchema), [create(ICMPv6EchoSchema, {
    Identifier: 9,
    SeqNumber: 1,
    SrcIP: "fe80::8c36:6ff:fe44:acaf",
    DstIP: "fe80::8c36:6ff:fe44:acaf",
  })]);
  assertCanonical(decoded, ICMPv6EchoSchema);
});

Deno.test("ARP is decoded as behind Ethernet", () => {
  const decoded = decodeFrame(ARP_REQUEST, SLL2);
  assertEquals(decoded.types, ["ARP"]);
  const [arp] = decoded.recordsOf(ARPSchema);
  assertEquals([arp?.SrcProtocolAddress, arp?.DstProtocolAddress], ["192.0.2.1", "192.0.2.2"]);
});

Deno.test("on interfaces where the protocol is no EtherType the packet ends", () => {
  const netlink = patched(ECHO, 8, "0338");
  assertEquals(decodeFrame(netlink, SLL2).types, []);
  assertEquals(decodeFrame(netlink, SLL2).counts.unknown, {
    "LinuxSll2 unknown hardware type 824": 1,
  });
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(ECHO, 0, 19, undefined, "LinuxSll2 truncated", SLL2);
});
