import { assertEquals } from "@std/assert";
import { Packet } from "../../../lib/decode/packet.ts";
import { findPorts } from "../../../lib/decode/network/ports.ts";
import { Routes } from "../../../lib/decode/routes.ts";
import { frame } from "../decode_frame.ts";

/** The ports found behind an IP header with this protocol and payload; undefined when none. */
function portsOf(protocol: number, ...payload: string[]): [number, number] | undefined {
  const bytes = frame("ffff", ...payload, "ffff"); // not from 0, not to the end
  const p = new Packet({ payload: false, context: true, entropy: false }, new Routes([]));
  p.begin(bytes, 0, bytes.length - 2, 0, 0);
  findPorts(p, protocol, 2);
  assertEquals(p.at, 0, "the packet is left where it is");
  return p.srcPort + p.dstPort > 0 ? [p.srcPort, p.dstPort] : undefined;
}

const TRANSPORT = "1234 0035 00000000";
const FOUND: [number, number] = [0x1234, 0x35];
const IPV4_HEADER = "4500001c 0001 0000 40 11 0000 0a000001 0a000002";
const IPV6_HEADER = "60000000 0008 11 40" + "00".repeat(32);

Deno.test("TCP, UDP, SCTP and UDP-Lite have ports, other protocols none", () => {
  for (let protocol = 0; protocol < 256; protocol++) {
    const expected = [6, 17, 132, 136].includes(protocol) ? FOUND : undefined;
    // 60 and its like read the first byte as the next header, which has no ports.
    assertEquals(portsOf(protocol, TRANSPORT), expected, `protocol ${protocol}`);
  }
});

Deno.test("ports behind IPv6 extension headers are found", () => {
  assertEquals(portsOf(0, "11 00 000000000000", TRANSPORT), FOUND);
  assertEquals(portsOf(43, "11 01", "00".repeat(14), TRANSPORT), FOUND);
  assertEquals(portsOf(60, "2b 00 000000000000 11 00 000000000000", TRANSPORT), FOUND);
});

Deno.test("a fragment has ports when it is the first, or the whole packet, RFC 6946", () => {
  assertEquals(portsOf(44, "11 00 0000 00000001", TRANSPORT), FOUND);
  assertEquals(portsOf(44, "11 00 0001 00000001", TRANSPORT), FOUND);
  assertEquals(portsOf(44, "11 00 0008 00000001", TRANSPORT), undefined);
  assertEquals(portsOf(44, "11 00 0006 00000001", TRANSPORT), FOUND); // reserved bits
});

Deno.test("ports behind a tunnelled IP header are found, with its options, not in later fragments", () => {
  assertEquals(portsOf(4, IPV4_HEADER, TRANSPORT), FOUND);
  assertEquals(portsOf(4, IPV4_HEADER.replace("4500", "4600"), "01010100", TRANSPORT), FOUND);
  assertEquals(portsOf(4, IPV4_HEADER.replace(" 0000 40", " 2000 40"), TRANSPORT), FOUND);
  assertEquals(portsOf(4, IPV4_HEADER.replace(" 0000 40", " 0001 40"), TRANSPORT), undefined);
  assertEquals(portsOf(4, IPV4_HEADER.replace(" 0000 40", " 4000 40"), TRANSPORT), FOUND); // DF
  assertEquals(portsOf(41, IPV6_HEADER, TRANSPORT), FOUND);
});

Deno.test("ports behind AH, and behind IP in GRE with any of its fields, are found", () => {
  assertEquals(portsOf(51, "11 04 0000", "00".repeat(20), TRANSPORT), FOUND);
  assertEquals(portsOf(47, "0000 0800", IPV4_HEADER, TRANSPORT), FOUND);
  assertEquals(portsOf(47, "b000 86dd", "00".repeat(12), IPV6_HEADER, TRANSPORT), FOUND);
  assertEquals(portsOf(47, "4000 0800 00000000 00000000", IPV4_HEADER, TRANSPORT), undefined);
  assertEquals(portsOf(47, "0001 0800", IPV4_HEADER, TRANSPORT), undefined);
  assertEquals(portsOf(47, "0000 6558", IPV4_HEADER, TRANSPORT), undefined);
});

Deno.test("nothing is found beyond the end of the packet", () => {
  assertEquals(portsOf(47, "b000 86dd 0000"), undefined);
  assertEquals(portsOf(47, "0000 08"), undefined);
  assertEquals(portsOf(51, "11 04 0000 0000"), undefined);
  assertEquals(portsOf(17, "1234 0035 000000"), undefined);
  assertEquals(portsOf(0, "11 05 000000000000", TRANSPORT), undefined);
  assertEquals(portsOf(4, IPV4_HEADER.slice(0, -2)), undefined);
  assertEquals(portsOf(41, IPV6_HEADER.slice(0, -2)), undefined);
});
