import { assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { BluetoothLESchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
} from "../decode_frame.ts";

const LE = { linkType: 251 };
// Of frames 23, 24, 26 and 27 of tests/captures/crafted/radios.pcapng; values are tshark's.
const ADVERTISED = frame("d6be898e 4006 0504030201c0 29122c");
const DIRECTED = frame("d6be898e 810c 0504030201c0 1514131211d0 6eeab4");
const IN_CONNECTION = frame("78563412 1503 78797a 954539");

Deno.test("who advertises says its address", () => {
  const decoded = decodeFrame(ADVERTISED, LE);
  assertEquals(decoded.recordsOf(BluetoothLESchema), [create(BluetoothLESchema, {
    ...{ AccessAddress: 0x8e89bed6, SenderIsRandom: true, SenderAddress: "c0:01:02:03:04:05" },
    ...{ Length: 6, CRC: 0x944834 },
  })]);
  assertCanonical(decoded, BluetoothLESchema);
  const [directed] = decodeFrame(DIRECTED, LE).recordsOf(BluetoothLESchema);
  assertEquals([directed!.PDUType, directed!.ReceiverIsRandom], [1, true]);
  assertEquals(directed!.ReceiverAddress, "d0:11:12:13:14:15");
  assertEquals(directed!.CRC, 0x76572d);
});

Deno.test("in a connection there are other bits", () => {
  const decoded = decodeFrame(IN_CONNECTION, LE);
  assertEquals(decoded.recordsOf(BluetoothLESchema), [create(BluetoothLESchema, {
    ...{ AccessAddress: 0x12345678, LLID: 1, NextExpectedSequenceNumber: true, MoreData: true },
    ...{ Length: 3, CRC: 0xa9a29c },
  })]);
});

Deno.test("the channel is in front of it in link type 256", () => {
  const packet = frame("25 d8 a6 00 00000000 1300", ADVERTISED);
  const [record] = decodeFrame(packet, { linkType: 256 }).recordsOf(BluetoothLESchema);
  assertEquals([record!.Channel, record!.SenderAddress], [37, "c0:01:02:03:04:05"]);
  const name = "BluetoothLeWithRadio truncated";
  assertTruncated(packet, 0, packet.length - 1, BluetoothLESchema, name, { linkType: 256 });
});

Deno.test("what is cut, or too short for its addresses, is counted", () => {
  assertTruncated(ADVERTISED, 0, 14, BluetoothLESchema, "BluetoothLe truncated", LE);
  const short = frame("d6be898e 0005 0504030201 29122c");
  assertRefused(short, BluetoothLESchema, "BluetoothLe malformed", LE);
});
