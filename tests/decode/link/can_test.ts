import { assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { CANSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
} from "../decode_frame.ts";

const CAN = { linkType: 227 };

Deno.test("identifier, flags and data are those of the frame (uapi/linux/can.h)", () => {
  const frames: [string, Parameters<typeof create<typeof CANSchema>>[1]][] = [
    ["00000123 02 000000 0a0b", { Identifier: 0x123, Length: 2, Data: frame("0a0b") }],
    ["9abcdef0 01 000000 ff", {
      Identifier: 0x1abcdef0,
      Extended: true,
      Length: 1,
      Data: frame("ff"),
    }],
    ["40000321 08 000000", { Identifier: 0x321, RemoteRequest: true, Length: 8 }],
    ["20000004 01 000000 00", { Identifier: 4, Error: true, Length: 1, Data: frame("00") }],
    ["00000555 01 070000 01", {
      ...{ Identifier: 0x555, FD: true, BitRateSwitch: true, ErrorStateIndicator: true },
      ...{ Length: 1, Data: frame("01") },
    }],
  ];
  for (const [bytes, record] of frames) {
    const decoded = decodeFrame(frame(bytes), CAN);
    assertEquals(decoded.recordsOf(CANSchema), [create(CANSchema, record)], bytes);
    assertCanonical(decoded, CANSchema);
  }
});

Deno.test("more than 8 bytes are of CAN FD, also where nobody says so", () => {
  const decoded = decodeFrame(frame("00000555 0c 000000", new Uint8Array(12)), CAN);
  assertEquals(decoded.recordsOf(CANSchema)[0]!.FD, true);
});

Deno.test("a cooked header has numbers for both kinds", () => {
  for (const protocol of ["000c", "000d"]) {
    const cooked = frame("0000 0118 0000 0000000000000000", protocol, "00000123 01 000000 ff");
    assertEquals(decodeFrame(cooked, { linkType: 113 }).types, ["CAN"]);
  }
});

Deno.test("what is cut, too long or of CAN XL is counted", () => {
  assertTruncated(frame("00000123 02 000000 0a0b"), 0, 9, CANSchema, "Can truncated", CAN);
  assertRefused(frame("00000123 41 040000", new Uint8Array(65)), CANSchema, "Can malformed", CAN);
  assertRefused(frame("00000123 80 000000 00000000"), CANSchema, "Can unsupported", CAN);
});
