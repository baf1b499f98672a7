import { create } from "@bufbuild/protobuf";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { TCPSchema } from "../../../proto/gen/netcap_pb.ts";
import {
  assertCanonical,
  assertRefused,
  assertTruncated,
  decodeFrame,
  frame,
  patched,
} from "../decode_frame.ts";

// tcpdump's tests/dns_tcp.pcap, frames 1 and 4.
const SYN = frame(
  "001122334466 001122334455 0800 4500003c 9b284000 40061376 c0a8010b d157f912",
  "83f3 0035 23fec80c 00000000 a0 02 faf0 0c41 0000",
  "020405b4 0402 080a79e2ca9a00000000 01 030307",
);
const QUERY = frame(
  "001122334466 001122334455 0800 45000062 9b2a4000 4006134e c0a8010b d157f912",
  "83f3 0035 23fec80d 79d24914 50 18 faf0 7796 0000",
  "0038 4319 0120 0001000000000001 03777777 0774637064756d70 036f726700",
  "00010001 000029100000000000000c 000a0008 8f06be7d691442f0",
);
const HEADER_AT = 34;
const OPTIONS_AT = 54;

Deno.test("a segment with options gives the original's record", () => {
  const decoded = decodeFrame(SYN, { nanos: 1591780863720289000n });
  assertEquals(decoded.types, ["Ethernet", "IPv4", "TCP"]);
  assertEquals(decoded.recordsOf(TCPSchema), [create(TCPSchema, {
    Timestamp: 1591780863720289000n,
    SrcPort: 33779,
    DstPort: 53,
    SeqNum: 603899916,
    DataOffset: 10,
    SYN: true,
    Window: 64240,
    Checksum: 3137,
    Options: [
      { OptionType: 2, OptionLength: 4, OptionData: frame("05b4") },
      { OptionType: 4, OptionLength: 2 },
      { OptionType: 8, OptionLength: 10, OptionData: frame("79e2ca9a00000000") },
      { OptionType: 1, OptionLength: 1 },
      { OptionType: 3, OptionLength: 3, OptionData: frame("07") },
    ],
    SrcIP: "192.168.1.11",
    DstIP: "209.87.249.18",
  })]);
  assertCanonical(decoded, TCPSchema);
});

Deno.test("a segment with data gives the original's record", () => {
  const decoded = decodeFrame(QUERY, { nanos: 1591780863847323000n });
  assertEquals(decoded.recordsOf(TCPSchema), [create(TCPSchema, {
    Timestamp: 1591780863847323000n,
    SrcPort: 33779,
    DstPort: 53,
    SeqNum: 603899917,
    AckNum: 2043824404,
    DataOffset: 5,
    PSH: true,
    ACK: true,
    Window: 64240,
    Checksum: 30614,
    PayloadSize: 58,
    SrcIP: "192.168.1.11",
    DstIP: "209.87.249.18",
  })]);
  assertCanonical(decoded, TCPSchema);
});

Deno.test("payload and entropy are there on request, addresses unless it is declined", () => {
  const decoded = decodeFrame(QUERY, { payload: true, entropy: true, context: false });
  const [tcp] = decoded.recordsOf(TCPSchema);
  assertEquals(tcp?.Payload, QUERY.slice(OPTIONS_AT));
  assertAlmostEquals(tcp!.PayloadEntropy, 4.016548411087101); // by a sum in Python
  assertEquals([tcp?.SrcIP, tcp?.DstIP], ["", ""]);
  assertCanonical(decoded, TCPSchema);
});

Deno.test("each flag has its bit", () => {
  const names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"] as const;
  names.forEach((name, bit) => {
    const flags = (0x5000 | (1 << bit)).toString(16); // RFC 9293 and 3540: NS is the ninth
    const [tcp] = decodeFrame(patched(QUERY, HEADER_AT + 12, flags)).recordsOf(TCPSchema);
    assertEquals(names.filter((flag) => tcp?.[flag]), [name]);
  });
});

Deno.test("sequence numbers are unsigned, window and urgent pointer 16 bits", () => {
  let segment = patched(QUERY, HEADER_AT + 4, "ffffffff 80000000");
  segment = patched(segment, HEADER_AT + 14, "ffff 0000 fffe");
  const [tcp] = decodeFrame(segment).recordsOf(TCPSchema);
  assertEquals([tcp?.SeqNum, tcp?.AckNum], [4294967295, 2147483648]);
  assertEquals([tcp?.Window, tcp?.Checksum, tcp?.Urgent], [65535, 0, 65534]);
});

Deno.test("what stands behind an end-of-options byte is padding", () => {
  // tcpdump's tests/accecn_handshake.pcap, frame 3: tshark reads options 1, 1, 8, 254 and the end.
  const decoded = decodeFrame(
    frame(
      "18fd740745cd 000c29f78012 0800 45000044 00004000 40061a47 1f8592f8 42e42b0c",
      "4031 0050 741d4a2e b128b394 c0 90 0403 20a4 0000",
      "01 01 080a06af3cf2a5e4dec4 fe0dacc0000000ffffffffffff 00 0000",
    ),
  );
  const [tcp] = decoded.recordsOf(TCPSchema);
  assertEquals(
    tcp?.Options.map(({ OptionType, OptionLength }) => [OptionType, OptionLength]),
    [[1, 1], [1, 1], [8, 10], [254, 13], [0, 1]],
  );
  assertEquals(tcp?.Padding, frame("0000"));
  assertCanonical(decoded, TCPSchema);
});

Deno.test("either port says what follows, the destination's when both are known", () => {
  const decoded = (ports: string) => decodeFrame(patched(QUERY, HEADER_AT, ports));
  assertEquals(decoded("9c40 0035").types.at(-1), "DNS");
  assertEquals(decoded("0035 9c40").types.at(-1), "DNS");
  assertEquals(decoded("9c40 9c41").types.at(-1), "TCP");
  assertEquals(decoded("01f6 0035").types.at(-1), "DNS"); // Modbus's and DNS's
  assertEquals(decoded("0035 01f6").counts.failed, { "Modbus malformed": 1 });
});

Deno.test("a header cut short gives no record", () => {
  assertTruncated(SYN, HEADER_AT + 1, OPTIONS_AT - 1, TCPSchema, "Tcp truncated");
});

Deno.test("an option that is malformed or cut off is padding, and the record stays", () => {
  const optionsOf = (bytes: Uint8Array) => {
    const [tcp] = decodeFrame(bytes).recordsOf(TCPSchema);
    return [tcp?.Options.map(({ OptionType }) => OptionType), tcp?.Padding];
  };
  assertEquals(optionsOf(patched(SYN, OPTIONS_AT + 5, "01")), [
    [2],
    SYN.slice(OPTIONS_AT + 4).with(1, 1),
  ]);
  assertEquals(optionsOf(patched(SYN, OPTIONS_AT + 18, "04")), [
    [2, 4, 8, 1],
    frame("030407"),
  ]);
  assertEquals(optionsOf(SYN.subarray(0, OPTIONS_AT + 8)), [[2, 4], frame("080a")]);
});

Deno.test("a header shorter than 20 bytes gives no record", () => {
  assertRefused(patched(SYN, HEADER_AT + 12, "40"), TCPSchema, "Tcp malformed");
});
