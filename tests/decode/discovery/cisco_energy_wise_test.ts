import { create, fromBinary } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { WireWriter } from "../../../lib/base/record/wire_writer.ts";
import {
  hasEnergyWiseForm,
  writeEnergyWise,
} from "../../../lib/decode/discovery/cisco_energy_wise.ts";
import { CDPEnergyWiseSchema } from "../../../proto/gen/netcap_pb.ts";
import { frame, patched } from "../decode_frame.ts";

// Written by scapy: tests/captures/crafted/discovery.py, frame 3. tshark gives the same values.
const FIXED = "000102030405060708090a0b0c0d0e0f10111213 01020304 ee6b2800" +
  "43502d38383431000000000000000000 0007 563031 4643483030303030303031 a1a2a3a4a5a6a7a8";
const PARTS = "00000007 0000000e 70686f6e6500 00000008 0000000c 6c616200" +
  "00000009 0000000d 6465736b00 00000017 0000001a 0002a988c0000201000000000000 00000000";
const WHOLE = frame(FIXED, "0041 0004", PARTS);
const PARTS_AT = 72;

Deno.test("fields and parts are where they are, each part to its end", () => {
  assertEquals(hasEnergyWiseForm(WHOLE, 0, WHOLE.length), true);
  const out = new WireWriter(16);
  writeEnergyWise(out, WHOLE, 0);
  const text = (text: string) => new TextEncoder().encode(text);
  assertEquals(
    fromBinary(CDPEnergyWiseSchema, out.bytes.subarray(0, out.at)),
    create(CDPEnergyWiseSchema, {
      EncryptedData: WHOLE.subarray(0, 20),
      Unknown1: 0x01020304,
      SequenceNumber: 4000000000,
      ModelNumber: text("CP-8841".padEnd(16, "\0")),
      Unknown2: 7,
      HardwareID: text("V01"),
      SerialNum: text("FCH00000001"),
      Unknown3: frame("a1a2a3a4a5a6a7a8"),
      Role: text("phone\0"),
      Domain: text("lab\0"),
      Name: text("desk\0"),
      ReplyUnknown1: frame("0002"),
      ReplyPort: frame("a988"),
      ReplyAddress: frame("c0000201"),
      ReplyUnknown2: frame("0000"),
      ReplyUnknown3: frame("00000000"),
    }),
  );
});

Deno.test("the content must hold all its parts, and each what it is to hold", () => {
  for (let length = 0; length < WHOLE.length; length++) {
    assertEquals(hasEnergyWiseForm(WHOLE, 0, length), false, `${length} bytes`);
  }
  for (const length of ["00000007", "0001000e"]) {
    const wrong = patched(WHOLE, PARTS_AT + 4, length);
    assertEquals(hasEnergyWiseForm(wrong, 0, wrong.length), false);
  }
  const shortReply = frame(FIXED, "0015 0001 00000017 00000015 0002a988c00002010000000000");
  assertEquals(hasEnergyWiseForm(shortReply, 0, shortReply.length), false);
});
