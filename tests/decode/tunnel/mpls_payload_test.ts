import { assertEquals } from "@std/assert";
import { BFDSchema, EthernetSchema, IPv6Schema } from "../../../proto/gen/netcap_pb.ts";
import { assertTruncated, decodeFrame, frame } from "../decode_frame.ts";
import { ADDRESSES, assertQuestion, INNER_FRAME, QUESTION } from "../question.ts";

const LABEL = `${ADDRESSES} 8847 00010140`; // 16, the bottom
const IPV6 =
  "60000000 0000 3b 40 20010db80000000000000000000000010 20010db8000000000000000000000002";
const SPANNING_TREE = "0180c2000000 aabbcc000001 0026 424203 0000000000" + "00".repeat(30);

Deno.test("a frame may be behind a control word, with a sequence number or without", () => {
  // RFC 4448, 4.6; the-tcpdump-group/tcpdump#938, OISF/suricata#1056.
  for (const word of ["00000000", "00001234", "0000ffff"]) {
    const decoded = decodeFrame(frame(LABEL, word, INNER_FRAME));
    assertQuestion(decoded, "Ethernet", "MPLS", "Ethernet");
    assertEquals(decoded.recordsOf(EthernetSchema)[1]?.SrcMAC, "aa:bb:cc:00:00:01");
    const tagged = frame(LABEL, word, "aabbcc000002 aabbcc000001 8100 0014 0800", QUESTION);
    assertQuestion(decodeFrame(tagged), "Ethernet", "MPLS", "Ethernet", "Dot1Q");
    const lengths = decodeFrame(frame(LABEL, word, SPANNING_TREE));
    assertEquals(lengths.types, ["Ethernet", "MPLS", "Ethernet", "LLC"]);
  }
});

Deno.test("a frame may be there without a control word, whatever its address begins with", () => {
  for (const address of ["001b21", "00000c", "01005e", "406186", "60a44c", "aabbcc", "f0f0f0"]) {
    const bytes = frame(LABEL, address, "000002 aabbcc000001 0800", QUESTION);
    assertQuestion(decodeFrame(bytes), "Ethernet", "MPLS", "Ethernet");
  }
  const lengths = decodeFrame(frame(LABEL, SPANNING_TREE));
  assertEquals(lengths.types, ["Ethernet", "MPLS", "Ethernet", "LLC"]);
});

Deno.test("a packet is one, also with padding, cut, and from an address like an EtherType", () => {
  assertQuestion(decodeFrame(frame(LABEL, QUESTION)), "Ethernet", "MPLS");
  assertQuestion(decodeFrame(frame(LABEL, QUESTION, "000000")), "Ethernet", "MPLS");
  const cut = decodeFrame(frame(LABEL, QUESTION), { originalLength: 1000 });
  assertQuestion(cut, "Ethernet", "MPLS");
  // 8.0.45.1: what would be the type of a frame is that of IPv4, and the next byte begins like it.
  const alike = frame(LABEL, "4500001c 00010000 40110000 0800 4501 c0000202 0001000900080000");
  assertEquals(decodeFrame(alike).types, ["Ethernet", "MPLS", "IPv4", "UDP"]);
  assertEquals(decodeFrame(frame(LABEL, IPV6.replace("10 ", "1 "))).types.at(-1), "IPv6");
});

Deno.test("associated channels lead to packets and to BFD", () => {
  assertQuestion(decodeFrame(frame(LABEL, "1000 0021", QUESTION)), "Ethernet", "MPLS");
  const ipv6 = decodeFrame(frame(LABEL, "1000 0057", IPV6.replace("10 ", "1 ")));
  assertEquals(ipv6.recordsOf(IPv6Schema)[0]?.DstIP, "2001:db8::2");
  const bfd = "20c80318 00000001 00000002 000f4240 000f4240 00000000";
  // RFC 5586: label 13 says that a channel follows.
  const channel = decodeFrame(frame(ADDRESSES, "8847 00010040 0000d140 1000 0007", bfd));
  assertEquals(channel.types, ["Ethernet", "MPLS", "MPLS", "BFD"]);
  assertEquals(channel.recordsOf(BFDSchema)[0]?.MyDiscriminator, 1);
});

Deno.test("what nobody knows is counted by its number", () => {
  const channel = decodeFrame(frame(LABEL, "1000 8902 00"));
  assertEquals(channel.counts.unknown, { "AssociatedChannel unknown 0x8902": 1 });
  const neither = decodeFrame(frame(LABEL, "80".repeat(20)));
  assertEquals(neither.counts.unknown, { "Mpls unknown version 8": 1 });
});

Deno.test("what is cut short is counted", () => {
  const channel = frame(LABEL, "1000 0021");
  assertTruncated(channel, 19, channel.length - 1, undefined, "AssociatedChannel truncated");
  assertTruncated(frame(LABEL, "00000000 00"), 19, 20, undefined, "Ethernet truncated");
});
