import { create } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import { concat, encodeHex } from "../../../lib/base/bytes/bytes.ts";
import { type DHCPv4, DHCPv4Schema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertCut,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";
import { LINKTYPE_IPV4, udpPacket } from "./dns_messages.ts";

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

Deno.test("a message cut short in front of its options gives no record", () => {
  assertTruncated(RELEASE, MESSAGE_AT + 1, OPTIONS_AT - 1, DHCPv4Schema, FAILURE);
});

Deno.test("of a message cut within its options the whole ones are in the record", () => {
  const cut = assertCut(RELEASE, OPTIONS_AT, RELEASE.length - 2, DHCPv4Schema);
  assertEquals(cut.map(({ Options }) => Options.length).slice(0, 10), [
    0,
    0,
    0,
    1,
    1,
    1,
    1,
    1,
    1,
    2,
  ]);
  assertEquals(cut.at(-1)!.ClientHWAddr, "00:04:23:57:a5:7a");
  // A datagram that was captured whole, whose last option is longer than it.
  const wrong = decodeFrame(patched(RELEASE, OPTIONS_AT + 4, "ff")).recordsOf(DHCPv4Schema)[0]!;
  assertEquals([wrong.Options.length, wrong.Fingerprint, wrong.Truncated], [1, "53", true]);
});

/** A message to a client with these options, and with these in the fields `sname` and `file`. */
function withOptions(options: string, name = "", file = ""): Uint8Array {
  const field = (hex: string, bytes: number) => frame(hex, "00".repeat(bytes - frame(hex).length));
  const header = frame("02 01 06 00 00001234", "00".repeat(20), "020000000002", "00".repeat(10));
  return udpPacket(
    67,
    68,
    concat([
      header,
      field(name, 64),
      field(file, 128),
      frame("63825363", options),
    ]),
  );
}

function optionsOf(bytes: Uint8Array) {
  const decoded = decodeFrame(bytes, { linkType: LINKTYPE_IPV4 });
  assertCanonical(decoded, DHCPv4Schema);
  return decoded.recordsOf(DHCPv4Schema)[0]!;
}

function listOf({ Options }: Pick<DHCPv4, "Options">): [number, number, string][] {
  return Options.map(({ Type, Length, Data }) => {
    assertEquals(Length, Data.length);
    return [Type, Length, encodeHex(Data)];
  });
}

const NAME = "0604c6336435 0304c00002fe ff"; // name server 198.51.100.53, router 192.0.2.254
const FILE = "4303782e69 ff"; // boot file "x.i"

Deno.test("options go on in file, then in sname, where option 52 says so", () => {
  // RFC 2131, section 4.1; snort3/snort3#456, OISF/suricata#15340, secdev/scapy#4343.
  const both = optionsOf(withOptions("350105 340103 ff", NAME, FILE));
  assertEquals(listOf(both), [
    [53, 1, "05"],
    [52, 1, "03"],
    [67, 3, "782e69"],
    [6, 4, "c6336435"],
    [3, 4, "c00002fe"],
  ]);
  assertEquals([both.Fingerprint, both.Truncated], ["53,52,67,6,3", false]);
  assertEquals([both.ServerName.length, both.File.length], [64, 128]);
  const codes = (overload: string) =>
    listOf(optionsOf(withOptions(`${overload} ff`, NAME, FILE))).map(([code]) => code);
  assertEquals(codes("340101"), [52, 67]);
  assertEquals(codes("340102"), [52, 6, 3]);
  assertEquals(codes("340100"), [52]);
  assertEquals(codes("350105"), [53]);
  assertEquals(codes("34020303"), [52], "of another length it says nothing");
});

Deno.test("pads in file and sname are no options, and an option that leaves them ends them", () => {
  const pads = optionsOf(withOptions("340103", "0000 0304c00002fe", "00 4303782e69"));
  assertEquals(listOf(pads).map(([code]) => code), [52, 67, 3]);
  assertEquals(pads.Fingerprint, "52,67,3");
  const beyond = optionsOf(withOptions("340102 ff", "0304c00002fe 0640"));
  assertEquals(listOf(beyond).map(([code]) => code), [52, 3]);
});

Deno.test("options of one code are parts of one, in the order of options, file and sname", () => {
  // RFC 3396, section 7.
  const near = optionsOf(withOptions("4302 6162 0c0178 4301 63 ff"));
  assertEquals(listOf(near), [[67, 3, "616263"], [12, 1, "78"]]);
  assertEquals(near.Fingerprint, "67,12,67");
  const far = optionsOf(withOptions("340103 430161 ff", "430163 ff", "430162 430100 ff"));
  assertEquals(listOf(far), [[52, 1, "03"], [67, 4, "61620063"]]);
  const long = optionsOf(withOptions(`79ff${"ab".repeat(255)} 7902cdef ff`));
  assertEquals(listOf(long), [[121, 257, "ab".repeat(255) + "cdef"]]);
  assertEquals(listOf(optionsOf(withOptions("5000 5000 ff"))), [[80, 0, ""]]);
});

Deno.test("the parts of option 82 are options within it", () => {
  // RFC 3046, section 2.0: circuit 1, remote 2. Others: RFC 3527 (5), RFC 5107 (11).
  const agent = optionsOf(withOptions("5214 0104 00140102 0206 020000000009 0504 c0000200 ff"));
  const parts = agent.Options[0]!.SubOptions.map(({ Type, Length, Data }) => [
    Type,
    Length,
    encodeHex(Data),
  ]);
  assertEquals(parts, [[1, 4, "00140102"], [2, 6, "020000000009"], [5, 4, "c0000200"]]);
  const wrong = optionsOf(withOptions("5204 0104 0014 ff")).Options[0]!;
  assertEquals([wrong.SubOptions, encodeHex(wrong.Data)], [[], "01040014"]);
});

Deno.test("a message of thousands of options takes steps in proportion to its length", () => {
  // 30,000 options of 254 codes: the worst case of looking for parts.
  const options = Array.from({ length: 30_000 }, (_, n) => [1 + n % 254, 0]).flat();
  const bytes = concat([withOptions("").subarray(28), Uint8Array.from(options)]);
  const record = optionsOf(udpPacket(67, 68, bytes));
  assertEquals(record.Options.length, 254);
});

Deno.test("a hardware address longer than its field gives no record", () => {
  assertRefused(patched(RELEASE, MESSAGE_AT + 2, "11"), DHCPv4Schema, "Dhcpv4 malformed");
});

Deno.test("a BOOTP message, without the cookie, gives no record", () => {
  const bootp = patched(RELEASE, OPTIONS_AT - 4, "00000000");
  assertRefused(bootp, DHCPv4Schema, "Dhcpv4 unsupported");
});
