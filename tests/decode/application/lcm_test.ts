import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { LCMSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertRefused, decodeFrame, frame, patched } from "../decode_frame.ts";
import { LINKTYPE_IPV4, text, udpPacket } from "./dns_messages.ts";

// Datagrams of the LCM library (tests/captures/crafted/lcm.sh), without most of the payload.
const SMALL = frame("4c433032 00000000 504f534500 0000000000000001 4004000000000000");
const FIRST_FRAGMENT = frame("4c433033 00000002 00025800 00000000 0000 0003 494d41474500 00010203");
const SECOND_FRAGMENT = frame("4c433033 00000002 00025800 0000ffc9 0001 0003 c9cacbcc");
const IP = { linkType: LINKTYPE_IPV4 };

function decode(datagram: Uint8Array) {
  return decodeFrame(udpPacket(36337, 7667, datagram), { ...IP, context: false });
}

Deno.test("a small message gives number and channel", () => {
  const decoded = decodeFrame(udpPacket(36337, 7667, patched(SMALL, 4, "fffffffe")), IP);
  assertEquals(decoded.types, ["IPv4", "UDP", "LCM"]);
  assertEquals(decoded.recordsOf(LCMSchema), [create(LCMSchema, {
    Magic: 0x4c433032,
    SequenceNumber: -2,
    ChannelName: text("POSE"),
    SrcIP: "10.0.0.1",
    DstIP: "10.0.0.2",
    SrcPort: 36337,
    DstPort: 7667,
  })]);
  assertCanonical(decoded, LCMSchema);
});

Deno.test("a fragment gives sizes and its place, and the first one the channel", () => {
  const fields = {
    Magic: 0x4c433033,
    SequenceNumber: 2,
    PayloadSize: 153600, // as published
    TotalFragments: 3,
    Fragmented: true,
  };
  assertEquals(decode(FIRST_FRAGMENT).recordsOf(LCMSchema), [
    create(LCMSchema, { ...fields, ChannelName: text("IMAGE") }),
  ]);
  assertEquals(decode(SECOND_FRAGMENT).recordsOf(LCMSchema), [
    create(LCMSchema, { ...fields, FragmentOffset: 65481, FragmentNumber: 1 }),
  ]);
  assertCanonical(decode(SECOND_FRAGMENT), LCMSchema);
});

Deno.test("a datagram that ends before the header or the channel does is truncated", () => {
  const headers: [Uint8Array, number][] = [[SMALL, 13], [FIRST_FRAGMENT, 26], [
    SECOND_FRAGMENT,
    20,
  ]];
  for (const [datagram, headerBytes] of headers) {
    for (let length = 1; length < headerBytes; length++) {
      const cut = udpPacket(36337, 7667, datagram.subarray(0, length));
      assertRefused(cut, LCMSchema, "Lcm truncated", IP);
    }
  }
});

Deno.test("another magic is unsupported", () => {
  const other = udpPacket(36337, 7667, patched(SMALL, 3, "34"));
  assertRefused(other, LCMSchema, "Lcm unsupported", IP);
});
