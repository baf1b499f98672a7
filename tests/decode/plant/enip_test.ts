import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { ENIPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertRefused, decodeFrame, frame, patched } from "../decode_frame.ts";
import { LINKTYPE_IPV4, tcpPacket, udpPacket } from "../application/dns_messages.ts";

// Messages of cpppo (tests/captures/crafted/enip.sh), frames 2, 5, 25; the values are tshark's.
const REGISTERED = frame("6500 0400 f069118a 00000000 0000000000000000 00000000 01000000");
const RESPONSE = frame(
  "6f00 1e00 f069118a 00000000 3000000000000000 00000000",
  "00000000 0800 0200 0000 0000 b200 0e00 cc000000 c3000000000000000000",
);
const WITHOUT_MESSAGE = frame(
  "7000 1800 f069118a 00000000 3000000000000000 00000000",
  "00000000 0000 0300 0000 0000 a100 0400 01020304 b100 0000",
);
const LIST_SERVICES = frame("0400 0000 959174c8 00000000 0000000000000000 00000000");
const IP = { linkType: LINKTYPE_IPV4 };

Deno.test("a registered session gives its handle and the command's data", () => {
  const decoded = decodeFrame(tcpPacket(44818, 50000, REGISTERED), IP);
  assertEquals(decoded.types, ["IPv4", "TCP", "ENIP"]);
  assertEquals(decoded.recordsOf(ENIPSchema), [create(ENIPSchema, {
    Command: 0x65,
    Length: 4,
    SessionHandle: 0x8a1169f0,
    SenderContext: new Uint8Array(8),
    CommandSpecific: { Cmd: 0x65, Data: frame("01000000") },
    SrcIP: "10.0.0.1",
    DstIP: "10.0.0.2",
    SrcPort: 44818,
    DstPort: 50000,
  })]);
  assertCanonical(decoded, ENIPSchema);
});

Deno.test("status and options are taken from their places", () => {
  // The CIP Networks Library, volume 2, 2-3: status is bytes 8 to 11, options 20 to 23.
  const message = patched(patched(LIST_SERVICES, 8, "64000000"), 20, "000000ff");
  const [record] = decodeFrame(tcpPacket(44818, 1, message), IP).recordsOf(ENIPSchema);
  assertEquals([record?.Status, record?.Options], [0x64, 0xff000000]);
});

Deno.test("what is sent with a CIP message in it has data up to this message", () => {
  const decoded = decodeFrame(tcpPacket(44818, 50000, RESPONSE), IP);
  assertEquals(decoded.types, ["IPv4", "TCP", "ENIP", "CIP"]);
  const [record] = decoded.recordsOf(ENIPSchema);
  assertEquals(
    record?.CommandSpecific?.Data,
    frame("00000000 0800 0200 0000 0000 b200 0e00"),
  );
  assertCanonical(decoded, ENIPSchema);
});

Deno.test("data of another interface, and items without a message, are data only", () => {
  const other = patched(RESPONSE, 24, "01000000");
  for (const message of [other, WITHOUT_MESSAGE]) {
    const decoded = decodeFrame(tcpPacket(44818, 50000, message), IP);
    assertEquals(decoded.types, ["IPv4", "TCP", "ENIP"]);
    assertEquals(decoded.recordsOf(ENIPSchema)[0]?.CommandSpecific?.Data, message.slice(24));
  }
});

Deno.test("every message of a segment gives a record, up to the one that goes on in another", () => {
  const segment = concat([RESPONSE, LIST_SERVICES, REGISTERED.subarray(0, 27)]);
  const decoded = decodeFrame(tcpPacket(44818, 50000, segment), IP);
  assertEquals(decoded.types, ["IPv4", "TCP", "ENIP", "CIP", "ENIP"]);
  assertEquals(decoded.counts.failed, { "Enip incomplete": 1 });
});

Deno.test("a message behind one with items after its CIP message is found", () => {
  // Volume 2, 3-3.7.1: the reply to a Forward_Open has the addresses of its connections there.
  const reply = frame(
    "6f00 2800 f069118a 00000000 0000000000000000 00000000",
    "00000000 0000 0300 0000 0000 b200 0400 ce000000",
    "0080 1000 0002 08ae 0a000001 0000000000000000",
  );
  const decoded = decodeFrame(tcpPacket(44818, 50000, concat([reply, LIST_SERVICES])), IP);
  assertEquals(decoded.types, ["IPv4", "TCP", "ENIP", "CIP", "ENIP"]);
  assertEquals(decoded.recordsOf(ENIPSchema)[1]?.Command, 4);
});

Deno.test("a message in a datagram is decoded, too", () => {
  const decoded = decodeFrame(udpPacket(50000, 44818, LIST_SERVICES), IP);
  assertEquals(decoded.recordsOf(ENIPSchema)[0]?.Command, 4);
});

Deno.test("a part of a message is incomplete", () => {
  for (let length = 1; length < RESPONSE.length; length++) {
    const segment = tcpPacket(44818, 50000, RESPONSE.subarray(0, length));
    assertRefused(segment, ENIPSchema, "Enip incomplete", IP);
  }
});

Deno.test("a command that cannot be, and items that do not fit, are malformed", () => {
  const wrong = [
    patched(LIST_SERVICES, 0, "c800"),
    patched(WITHOUT_MESSAGE, 30, "0400"), // four items
    patched(RESPONSE, 38, "0f00"), // an item of 15 bytes
    patched(RESPONSE, 2, "0700"), // not even the count of items
  ];
  for (const bytes of wrong) {
    assertRefused(tcpPacket(44818, 50000, bytes), ENIPSchema, "Enip malformed", IP);
  }
});
