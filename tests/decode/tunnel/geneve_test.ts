import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { GeneveSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Written by scapy: frame 17 of tests/captures/crafted/tunnels.pcap, over IPv4. Three options, of
// which the second is longer than the 64 bytes that the original can tell.
const LONG_DATA = frame(...Array.from({ length: 68 }, (_, at) => at.toString(16).padStart(2, "0")));
const INSIDE = frame(
  "020000000004 020000000003 0800",
  "45000022 00010000 401166c8 0a000001 0a000002 0400 0009 000e a689 696e73696465",
);
const FRAME = frame(
  "020000000002 020000000001 0800 45000000 00010000 40110000 c0000201 c0000202 c351 17c1 0000 0000",
  "15 c0 6558 123456 00",
  "0102 80 01 61626364",
  "0103 02 11",
  LONG_DATA,
  "0104 03 00",
  INSIDE,
);
const HEADER_AT = 42;
const OPTIONS_AT = HEADER_AT + 8;

Deno.test("header and options give the original's record, and what is inside is decoded", () => {
  const decoded = decodeFrame(FRAME);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "Geneve", "Ethernet", "IPv4", "UDP"]);
  assertEquals(decoded.recordsOf(GeneveSchema), [create(GeneveSchema, {
    OptionsLength: 84,
    OAMPacket: true,
    CriticalOption: true,
    Protocol: 0x6558,
    VNI: 0x123456,
    Options: [
      { Class: 0x102, Type: 0x80, Length: 8, Data: frame("61626364") },
      { Class: 0x103, Type: 2, Length: 72, Data: LONG_DATA },
      { Class: 0x104, Type: 3, Length: 4 },
    ],
  })]);
  assertCanonical(decoded, GeneveSchema);
});

Deno.test("the upper three bits of an option's length are flags, RFC 8926, section 3.5", () => {
  const [record] = decodeFrame(patched(FRAME, OPTIONS_AT + 3, "e1")).recordsOf(GeneveSchema);
  assertEquals([record?.Options[0]?.Flags, record?.Options[0]?.Length], [7, 8]);
});

Deno.test("an IP packet without a frame is decoded by its EtherType", () => {
  const packet = frame(
    FRAME.subarray(0, HEADER_AT),
    "00 00 0800 000001 00",
    INSIDE.subarray(14),
  );
  assertEquals(decodeFrame(packet).types.slice(3), ["Geneve", "IPv4", "UDP"]);
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(FRAME, HEADER_AT + 1, OPTIONS_AT + 83, GeneveSchema, "Geneve truncated");
});

Deno.test("options that do not fill their length, and other versions, give no record", () => {
  assertRefused(patched(FRAME, OPTIONS_AT + 3, "1f"), GeneveSchema, "Geneve malformed");
  for (const version of ["55", "95", "d5"]) {
    assertRefused(patched(FRAME, HEADER_AT, version), GeneveSchema, "Geneve unsupported");
  }
});
