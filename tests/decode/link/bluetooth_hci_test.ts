import { assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { BluetoothHCISchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
} from "../decode_frame.ts";

const PACKETS: [string, Parameters<typeof create<typeof BluetoothHCISchema>>[1]][] = [
  ["01 030c 00", { PacketType: 1, Opcode: 0x0c03 }],
  ["02 4020 0400", { PacketType: 2, ConnectionHandle: 0x40, Flags: 2, Length: 4 }],
  ["03 2a10 03", { PacketType: 3, ConnectionHandle: 0x2a, Flags: 1, Length: 3 }],
  ["04 0e 04", { PacketType: 4, EventCode: 14, Length: 4 }],
  ["05 6020 0840", { PacketType: 5, ConnectionHandle: 0x60, Flags: 2, Length: 8 }],
];

Deno.test("each kind of packet has its own header (Bluetooth Core, 4.E.5.4)", () => {
  for (const [bytes, record] of PACKETS) {
    const plain = decodeFrame(frame(bytes, "01020304"), { linkType: 187 });
    assertEquals(plain.recordsOf(BluetoothHCISchema), [create(BluetoothHCISchema, record)], bytes);
    assertCanonical(plain, BluetoothHCISchema);
    const received = decodeFrame(frame("00000001", bytes), { linkType: 201 });
    assertEquals(received.recordsOf(BluetoothHCISchema)[0]!.Received, true);
    const sent = decodeFrame(frame("00000000", bytes), { linkType: 201 });
    assertEquals(sent.recordsOf(BluetoothHCISchema)[0]!.Received, false);
  }
});

Deno.test("what is cut or of another kind is counted", () => {
  for (const [bytes] of PACKETS) {
    const whole = frame(bytes, "00");
    assertTruncated(whole, 0, whole.length - 2, BluetoothHCISchema, "BluetoothHci truncated", {
      linkType: 187,
    });
  }
  const name = "BluetoothHciWithDirection truncated";
  assertTruncated(frame("00000000 01"), 0, 4, BluetoothHCISchema, name, { linkType: 201 });
  for (const kind of ["00", "06", "ff"]) {
    assertRefused(frame(kind, "00000000"), BluetoothHCISchema, "BluetoothHci unsupported", {
      linkType: 187,
    });
  }
});
