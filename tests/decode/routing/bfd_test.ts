import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { BFDSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// Written by scapy: frames 12 and 13 of tests/captures/crafted/routing.pcap.
const PLAIN = frame(
  "01005e000005 020000000001 0800 45000034 00010000 ff1137b4 c0000201 c0000202",
  "c000 0ec8 0020 ddd6 27 62 03 18 fedcba98 00000000 000493e0 000493e1 0000c350",
);
const PASSWORD = frame(
  "01005e000005 020000000001 0800 4500003d 00010000 ff1137ab c0000201 c0000202",
  "c000 0ec8 0029 1fb9 20 dc 05 21 00000001 00000002 3b9aca00 3b9aca00 3b9aca00",
  "01 09 09 736563726574",
);
// tcpdump's tests/bfd-raw-auth-sha1.pcap, frame 1.
const DIGEST = frame(
  "000001000001 001094000002 0800 45000050 00000000 0a112f45 c0550102 c0000001",
  "0400 0ec8 003c 378a 20 44 05 34 00000001 00000000 000f4240 000f4240 00000000",
  "05 1c 02 00 00000005 01020304050607080910111213141516 1718191a",
);
const PACKET_AT = 42;
const AUTH_AT = PACKET_AT + 24;

Deno.test("a packet without authentication gives a record, where the original dies", () => {
  const decoded = decodeFrame(PLAIN);
  assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "BFD"]);
  assertEquals(decoded.recordsOf(BFDSchema), [create(BFDSchema, {
    Version: 1,
    Diagnostic: 7,
    State: 1,
    Poll: true,
    Demand: true,
    DetectMultiplier: 3,
    MyDiscriminator: 0xfedcba98 | 0, // a field of 32 bits with a sign, as in the original
    DesiredMinTxInterval: 300_000,
    RequiredMinRxInterval: 300_001,
    RequiredMinEchoRxInterval: 50_000,
  })]);
  assertCanonical(decoded, BFDSchema);
});

Deno.test("a password and a digest are the data of the authentication", () => {
  const decoded = decodeFrame(PASSWORD);
  const [password] = decoded.recordsOf(BFDSchema);
  assertEquals(
    password,
    create(BFDSchema, {
      Version: 1,
      State: 3,
      Final: true,
      ControlPlaneIndependent: true,
      AuthPresent: true,
      DetectMultiplier: 5,
      MyDiscriminator: 1,
      YourDiscriminator: 2,
      DesiredMinTxInterval: 1_000_000_000,
      RequiredMinRxInterval: 1_000_000_000,
      RequiredMinEchoRxInterval: 1_000_000_000,
      AuthHeader: { AuthType: 1, KeyID: 9, Data: new TextEncoder().encode("secret") },
    }),
  );
  assertCanonical(decoded, BFDSchema);
  assertEquals(
    decodeFrame(DIGEST).recordsOf(BFDSchema)[0]?.AuthHeader,
    create(BFDSchema, {
      AuthHeader: {
        AuthType: 5,
        KeyID: 2,
        SequenceNumber: 5,
        Data: frame("010203040506070809101112131415161718191a"),
      },
    }).AuthHeader,
  );
});

Deno.test("the ports of one hop, several hops, link aggregates and seamless BFD are known", () => {
  for (const port of ["0ec8", "12b0", "1a80", "1e68"]) {
    assertEquals(decodeFrame(patched(PLAIN, PACKET_AT - 6, port)).types.at(-1), "BFD");
  }
});

Deno.test("a packet cut short gives no record", () => {
  assertTruncated(PASSWORD, PACKET_AT + 1, AUTH_AT + 8, BFDSchema, "Bfd truncated");
});

Deno.test("lengths that contradict each other give no record", () => {
  assertRefused(patched(PLAIN, PACKET_AT + 3, "17"), BFDSchema, "Bfd malformed");
  assertRefused(patched(PLAIN, PACKET_AT + 1, "66"), BFDSchema, "Bfd malformed"); // no room
  assertRefused(patched(PASSWORD, AUTH_AT + 1, "0a"), BFDSchema, "Bfd malformed");
  assertRefused(patched(PASSWORD, AUTH_AT + 1, "02"), BFDSchema, "Bfd malformed");
  assertRefused(patched(PASSWORD, AUTH_AT, "04 07"), BFDSchema, "Bfd malformed");
});

Deno.test("other versions give no record", () => {
  for (const version of ["00", "47"]) {
    assertRefused(patched(PLAIN, PACKET_AT, version), BFDSchema, "Bfd unsupported");
  }
});
