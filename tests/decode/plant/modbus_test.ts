import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { concat } from "../../../lib/base/bytes/bytes.ts";
import { ModbusSchema } from "../../../proto/gen/netcap_pb.ts";
import { assertCanonical, assertRefused, decodeFrame, frame, patched } from "../decode_frame.ts";
import { LINKTYPE_IPV4, tcpPacket } from "../application/dns_messages.ts";

// zeek's modbusSmall.pcap, frame 4: write multiple coils; the values are tshark's.
const WRITE_COILS = frame("0001 0000 0008 01 0f 0000 0003 0100");
const IP = { linkType: LINKTYPE_IPV4 };

Deno.test("a request gives transaction, length, unit and function, and the data with -payload", () => {
  const decoded = decodeFrame(tcpPacket(55480, 502, WRITE_COILS), { ...IP, payload: true });
  assertEquals(decoded.types, ["IPv4", "TCP", "Modbus"]);
  assertEquals(decoded.recordsOf(ModbusSchema), [create(ModbusSchema, {
    TransactionID: 1,
    Length: 8,
    UnitID: 1,
    Payload: frame("000000030100"),
    FunctionCode: 15,
    SrcIP: "10.0.0.1",
    DstIP: "10.0.0.2",
    SrcPort: 55480,
    DstPort: 502,
  })]);
  assertCanonical(decoded, ModbusSchema);
  const without = decodeFrame(tcpPacket(55480, 502, WRITE_COILS), IP);
  assertEquals(without.recordsOf(ModbusSchema)[0]?.Payload.length, 0);
});

Deno.test("the response to what failed is an exception to the function", () => {
  // Modbus Application Protocol Specification 1.1b3, section 6.1: read coils, illegal data address.
  const response = frame("1501 0000 0003 ff 81 02");
  const [record] = decodeFrame(tcpPacket(502, 55480, response), IP).recordsOf(ModbusSchema);
  assertEquals([record?.Exception, record?.FunctionCode, record?.UnitID], [true, 1, 255]);
});

Deno.test("every message of a segment gives a record, up to the one that goes on in another", () => {
  const segment = concat([
    WRITE_COILS,
    patched(WRITE_COILS, 0, "0002"),
    WRITE_COILS.subarray(0, 9),
  ]);
  const decoded = decodeFrame(tcpPacket(55480, 502, segment), IP);
  assertEquals(decoded.recordsOf(ModbusSchema).map((each) => each.TransactionID), [1, 2]);
  assertEquals(decoded.counts.failed, { "Modbus incomplete": 1 });
});

Deno.test("a part of a message is incomplete, whatever its length", () => {
  for (let length = 1; length < WRITE_COILS.length; length++) {
    const segment = tcpPacket(55480, 502, WRITE_COILS.subarray(0, length));
    assertRefused(segment, ModbusSchema, "Modbus incomplete", IP);
  }
});

Deno.test("another protocol, and lengths that no message has, are malformed", () => {
  const wrong = [
    patched(WRITE_COILS, 2, "0001"),
    patched(WRITE_COILS, 4, "0001"),
    concat([patched(WRITE_COILS, 4, "00ff"), new Uint8Array(300)]),
  ];
  for (const bytes of wrong) {
    assertRefused(tcpPacket(55480, 502, bytes), ModbusSchema, "Modbus malformed", IP);
  }
});
