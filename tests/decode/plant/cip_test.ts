import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { CIPSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertRefused, decodeFrame, frame } from "../decode_frame.ts";
import { LINKTYPE_IPV4, tcpPacket } from "../application/dns_messages.ts";

// Messages of cpppo (tests/captures/crafted/enip.sh), frames 19, 9 and 22; the values are tshark's.
const REQUEST = frame("52 02 2006 2401 059d 0c00 0e05 2100 9301 2500 2c01 300a 0100 0100");
const FAILURE = frame("cc 00 ff 01 0521");
const NOT_SUPPORTED = frame("8e 00 08 00");
const IP = { linkType: LINKTYPE_IPV4 };

/** A message of SendRRData, or one of a connection, with its sequence number. */
function packet(message: Uint8Array, isConnected = false): Uint8Array {
  const content = isConnected ? concat([frame("0700"), message]) : message;
  const items = isConnected ? "a100 0400 01020304 b100" : "0000 0000 b200";
  const data = concat([
    frame("00000000 0800 0200", items),
    Uint8Array.of(content.length, 0),
    content,
  ]);
  const command = isConnected ? "7000" : "6f00";
  const header = [frame(command), Uint8Array.of(data.length, 0), new Uint8Array(20)];
  return tcpPacket(50000, 44818, concat([...header, data]));
}

function decodeMessage(message: Uint8Array) {
  const decoded = decodeFrame(packet(message), { ...IP, context: false });
  return decoded.recordsOf(CIPSchema)[0];
}

Deno.test("a request gives service, class and instance, and what follows with -payload", () => {
  const decoded = decodeFrame(packet(REQUEST), { ...IP, payload: true });
  assertEquals(decoded.recordsOf(CIPSchema), [create(CIPSchema, {
    ServiceID: 0x52,
    ClassID: 6,
    InstanceID: 1,
    Data: REQUEST.slice(6),
    SrcIP: "10.0.0.1",
    DstIP: "10.0.0.2",
    SrcPort: 50000,
    DstPort: 44818,
  })]);
  assertCanonical(decoded, CIPSchema);
  assertEquals(decodeMessage(REQUEST)?.Data.length, 0);
});

Deno.test("a response gives its status and the words behind it", () => {
  assertEquals(
    decodeMessage(FAILURE),
    create(CIPSchema, {
      Response: true,
      ServiceID: 0x4c,
      Status: 0xff,
      AdditionalStatus: [0x2105],
    }),
  );
  assertEquals(decodeMessage(NOT_SUPPORTED)?.Status, 8);
  assertCanonical(decodeFrame(packet(FAILURE), IP), CIPSchema);
});

Deno.test("the message of a connection begins behind its sequence number", () => {
  const decoded = decodeFrame(packet(NOT_SUPPORTED, true), IP);
  assertEquals(decoded.recordsOf(CIPSchema)[0]?.ServiceID, 0x0e);
});

Deno.test("class and instance are found in each form of a path", () => {
  // The CIP Networks Library, volume 1, appendix C-1.4, and REQUEST's embedded path.
  const paths: [string, number, number][] = [
    ["2100 9301 2500 2c01 300a", 0x193, 300],
    ["2001 2600 00000080", 1, 0x80000000], // an instance of 32 bits
    ["0100 2002 2403", 2, 3], // behind a port
    ["1203 616263 00 2002 2403", 2, 3], // and its link address of three letters
    ["0f00 1234 2002 2403", 2, 3], // and a port of 16 bits
    ["3404 0100 0000 0000 0000 2004 2465", 4, 101], // behind an electronic key
    ["4101 2002 2403", 2, 3], // behind a schedule
    ["8001 1234 2002 2403", 2, 3], // behind data
    ["6161 2002 2403", 2, 3], // behind a name of a letter
    ["9105 5343414441 00", 0, 0], // a name only
    ["2002 2403 2005 2406", 2, 3], // the first of two
    ["e000 2002", 0, 0], // reserved
    ["", 0, 0],
  ];
  for (const [hex, ClassID, InstanceID] of paths) {
    const path = frame(hex);
    const record = decodeMessage(concat([Uint8Array.of(0x0e, path.length / 2), path]));
    assertEquals([record?.ClassID, record?.InstanceID], [ClassID, InstanceID], hex);
  }
});

Deno.test("a path or additional status that passes the end is truncated", () => {
  for (const message of ["0e 03 2001 2401", "8e 00 01 01 05", "8e 00 01", "0e"]) {
    assertRefused(packet(frame(message)), CIPSchema, "Cip truncated", IP);
  }
});
