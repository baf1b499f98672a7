import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { DHCPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/eapon1.pcap, frame 13, without the padding behind the end option.
const RELEASE = frame(
  "000d884f2591 00042357a57a 0800",
  "45000148 38970000 80117cc3 c0a801f9 c0a80101",
  "0044 0043 0134 79db",
  "01 01 06 00 c82d253d 8f01 8000 c0a801f9 00000000 00000000 00000000",
  "00042357a57a 00000000000000000000",
  "00".repeat(64),
  "00".repeat(128),
  "63825363 3501 07 3604 c0a80101 3d07 0100042357a57a ff",
);
const MESSAGE_AT = 42;
const OPTIONS_AT = MESSAGE_AT + 240;
const FAILURE = "Dhcpv4 truncated";

Deno.test("a release gives the original's record", () => {
  const decoded = decodeFrame(RELEASE, { nanos: 1080055055481577000n });
  assertEquals(decoded.types, ["Ethernet", "IPv4", "UDP", "DHCPv4"]);
  assertEquals(decoded.recordsOf(DHCPv4Schema), [create(DHCPv4Schema, {
    Timestamp: 1080055055481577000n,
    Operation: 1,
    HardwareType: 1,
    HardwareLen: 6,
    Xid: 3358401853,
    Secs: 36609,
    Flags: 32768,
    ClientIP: "192.168.1.249",
    YourClientIP: "0.0.0.0",
    NextServerIP: "0.0.0.0",
    RelayAgentIP: "0.0.0.0",
    ClientHWAddr: "00:04:23:57:a5:7a",
    ServerName: new Uint8Array(64),
    File: new Uint8Array(128),
    Options: [
      { Type: 53, Length: 1, Data: frame("07") },
      { Type: 54, Length: 4, Data: frame("c0a80101") },
      { Type: 61, Length: 7, Data: frame("0100042357a57a") },
    ],
    Fingerprint: "53,54,61",
    SrcIP: "192.168.1.249",
    DstIP: "192.168.1.1",
    SrcPort: 68,
    DstPort: 67,
  })]);
  assertCanonical(decoded, DHCPv4Schema);
});

Deno.test("hops, addresses, server name and file are taken from their places", () => {
  // RFC 2131, section 2: hops is byte 3, the addresses 12 to 27, sname 44 to 107, file 108 to 235.
  let message = patched(RELEASE, MESSAGE_AT + 3, "02");
  message = patched(message, MESSAGE_AT + 12, "0a000001 0a000002 0a000003 0a000004");
  message = patched(message, MESSAGE_AT + 43, "ff 01 0000");
  message = patched(message, MESSAGE_AT + 107, "02 03 0000");
  message = patched(message, MESSAGE_AT + 235, "04");
  const decoded = decodeFrame(message, { context: false });
  const [dhcp] = decoded.recordsOf(DHCPv4Schema);
  assertEquals(dhcp?.HardwareOpts, 2);
  assertEquals(
    [dhcp?.ClientIP, dhcp?.YourClientIP, dhcp?.NextServerIP, dhcp?.RelayAgentIP],
    ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"],
  );
  assertEquals(dhcp?.ServerName, frame("01", "00".repeat(62), "02"));
  assertEquals(dhcp?.File, frame("03", "00".repeat(126), "04"));
  assertEquals([dhcp?.SrcIP, dhcp?.SrcPort], ["", 0]);
});

Deno.test("pads are options without content and stand in the fingerprint", () => {
  const decoded = decodeFrame(patched(RELEASE, OPTIONS_AT, "00 00 00"));
  const [dhcp] = decoded.recordsOf(DHCPv4Schema);
  assertEquals(dhcp?.Options.map(({ Type, Length }) => [Type, Length]), [
    [0, 0],
    [0, 0],
    [0, 0],
    [54, 4],
    [61, 7],
  ]);
  assertEquals(dhcp?.Fingerprint, "0,0,0,54,61");
  assertCanonical(decoded, DHCPv4Schema);
});

Deno.test("without options there is no fingerprint, with or without an end option", () => {
  for (const message of [RELEASE.subarray(0, OPTIONS_AT), patched(RELEASE, OPTIONS_AT, "ff")]) {
    const decoded = decodeFrame(message);
    assertEquals(decoded.recordsOf(DHCPv4Schema)[0]?.Options, []);
    assertEquals(decoded.recordsOf(DHCPv4Schema)[0]?.Fingerprint, "");
    assertCanonical(decoded, DHCPv4Schema);
  }
});

Deno.test("a hardware address may be absent or fill its 16 bytes", () => {
  const address = (length: string) =>
    decodeFrame(patched(RELEASE, MESSAGE_AT + 2, length)).recordsOf(DHCPv4Schema)[0]?.ClientHWAddr;
  assertEquals(address("00"), "");
  assertEquals(address("10"), "00:04:23:57:a5:7a:00:00:00:00:00:00:00:00:00:00");
});

Deno.test("a message cut short gives no record", () => {
  assertTruncated(RELEASE, MESSAGE_AT + 1, OPTIONS_AT - 1, DHCPv4Schema, FAILURE);
  assertTruncated(RELEASE, OPTIONS_AT + 1, OPTIONS_AT + 2, DHCPv4Schema, FAILURE);
  assertTruncated(RELEASE, OPTIONS_AT + 4, OPTIONS_AT + 8, DHCPv4Schema, FAILURE);
});

Deno.test("a hardware address longer than its field gives no record", () => {
  assertRefused(patched(RELEASE, MESSAGE_AT + 2, "11"), DHCPv4Schema, "Dhcpv4 malformed");
});

Deno.test("a BOOTP message, without the cookie, gives no record", () => {
  const bootp = patched(RELEASE, OPTIONS_AT - 4, "00000000");
  assertRefused(bootp, DHCPv4Schema, "Dhcpv4 unsupported");
});
