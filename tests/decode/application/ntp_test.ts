import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { NTPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/ntp.pcap, frame 4: an authenticated answer.
const ANSWER = frame(
  "001213141516 001213141517 0800 45000064 fc594000 4011f4da c0a86401 c0a86402",
  "007b a742 0050 6946",
  "24 02 00 e9 000027cf 00000067 0a051b0a",
  "dcf25be5b86d5655 ae9d0aa81b8971a7 dcf25be67e92d240 dcf25be67e9a9fc9",
  "00000008 629990a7fc22cc8467dd88b7af2d220dbe3287d6",
);
const MESSAGE_AT = 42;

Deno.test("an authenticated answer gives the original's record", () => {
  const decoded = decodeFrame(ANSWER, { nanos: 1497881958494589000n });
  assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "NTP"]);
  assertEquals(decoded.recordsOf(NTPSchema), [create(NTPSchema, {
    Timestamp: 1497881958494589000n,
    Version: 4,
    Mode: 4,
    Stratum: 2,
    Precision: -23,
    RootDelay: 10191,
    RootDispersion: 103,
    ReferenceID: 168106762,
    ReferenceTimestamp: 15920888674907936341n,
    OriginTimestamp: 12582224651075809703n,
    ReceiveTimestamp: 15920888678232281664n,
    TransmitTimestamp: 15920888678232793033n,
    ExtensionBytes: frame("00000008629990a7fc22cc8467dd88b7af2d220dbe3287d6"),
    SrcIP: "192.168.100.1",
    DstIP: "192.168.100.2",
    SrcPort: 123,
    DstPort: 42818,
  })]);
  assertCanonical(decoded, NTPSchema);
});

Deno.test("an answer of a clock that is not synchronized gives the original's record", () => {
  // tcpdump's tests/ntp.pcap, frame 2
  const decoded = decodeFrame(
    frame(
      "001213141516 001213141517 0800 45b80050 60924000 40118ffe c0a86401 c0a86402",
      "007b e2c6 003c 7449",
      "e4 00 03 e9 00000000 0000005a 53544550",
      "0000000000000000 a4b39cd101fb24bf dcf25a3984199119 dcf25a39841d6dc5 00000000",
    ),
    { nanos: 1497881530231082000n, context: false },
  );
  assertEquals(decoded.recordsOf(NTPSchema), [create(NTPSchema, {
    Timestamp: 1497881530231082000n,
    LeapIndicator: 3,
    Version: 4,
    Mode: 4,
    Poll: 3,
    Precision: -23,
    RootDispersion: 90,
    ReferenceID: 1398031696,
    OriginTimestamp: 11868001864546723007n,
    ReceiveTimestamp: 15920886835784028441n,
    TransmitTimestamp: 15920886835784281541n,
    ExtensionBytes: new Uint8Array(4),
  })]);
  assertCanonical(decoded, NTPSchema);
});

Deno.test("poll is signed as precision is", () => {
  const decoded = decodeFrame(patched(ANSWER, MESSAGE_AT + 2, "80 7f"));
  assertEquals(decoded.recordsOf(NTPSchema)[0]?.Poll, -128);
  assertEquals(decoded.recordsOf(NTPSchema)[0]?.Precision, 127);
  assertCanonical(decoded, NTPSchema);
});

Deno.test("a message cut within its first 48 bytes gives no record", () => {
  assertTruncated(ANSWER, MESSAGE_AT + 1, MESSAGE_AT + 47, NTPSchema, "Ntp truncated");
  assertEquals(decodeFrame(ANSWER.subarray(0, MESSAGE_AT + 48)).counts.decoded, 1);
});

Deno.test("control and private messages give no record, whatever their length", () => {
  assertRefused(patched(ANSWER, MESSAGE_AT, "26"), NTPSchema, "Ntp unsupported");
  assertRefused(patched(ANSWER, MESSAGE_AT, "27"), NTPSchema, "Ntp unsupported");
  // tcpdump's tests/ntp-control.pcap, frame 1
  const control = frame(
    "000000000000 000000000000 86dd 60062d8a 0014 11 40",
    "00000000000000000000000000000001 00000000000000000000000000000001",
    "9683 007b 0014 0027 16 02 0044 0000 0000 0000 0000",
  );
  assertRefused(control, NTPSchema, "Ntp unsupported");
});
