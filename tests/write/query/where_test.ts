import { assert, assertEquals, assertThrows } from "@std/assert";
import { create, type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { ConfigError } from "../../../lib/base/errors.ts";
import { Where } from "../../../lib/write/query/where.ts";
import {
  CiscoDiscoveryInfoSchema,
  ConnectionSchema,
  DHCPv4Schema,
  DNSSchema,
  EthernetSchema,
  HTTPSchema,
  LinkLayerDiscoveryInfoSchema,
  NTPSchema,
  TCPSchema,
  UDPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { needs, PYTHON } from "../../needs.ts";
import { runPython } from "../read/python.ts";

const ascii = (text: string) => new TextEncoder().encode(text);

const UDP = create(UDPSchema, {
  Timestamp: 1600000000123456789n, // 2020-09-13T12:26:40.123456789Z
  SrcPort: 40000,
  DstPort: 53,
  PayloadEntropy: 7.5,
  Payload: Uint8Array.of(0x00, 0xff, 0x47, 0x45, 0x54),
  SrcIP: "192.0.2.77",
  DstIP: "2001:db8::1",
});
const TCP = create(TCPSchema, { SYN: true, Options: [{ OptionType: 2 }, { OptionType: 4 }] });
const DNS = create(DNSSchema, {
  Questions: [{ Name: ascii("www.example.com"), Type: 1 }, { Name: ascii("it's"), Type: 28 }],
  Answers: [{ TTL: 90 }],
});

/** Whether a record passes; `times` are what the expression's times are taken for. */
function passes(
  text: string,
  schema: DescMessage,
  record: Message,
  times: Readonly<Record<string, bigint>> = {},
): boolean {
  const binding = new Where(text, (time) => times[time]).bind(schema);
  assert("filter" in binding, "problem" in binding ? binding.problem : "");
  const wire = toBinary(schema, record);
  return binding.filter(wire, 0, wire.length);
}

function assertPasses(schema: DescMessage, record: Message, yes: string[], no: string[]): void {
  for (const text of yes) assertEquals(passes(text, schema, record), true, text);
  for (const text of no) assertEquals(passes(text, schema, record), false, text);
}

Deno.test("numbers, ports and measures compare as numbers, decimal or hex", () => {
  assertPasses(UDPSchema, UDP, [
    "DstPort == 53",
    "DstPort==0x35",
    "DstPort in (853, 53)",
    "DstPort in 53",
    "SrcPort > 39999 and SrcPort <= 40000",
    "PayloadEntropy >= 7.5",
    "Checksum == 0",
    "Checksum > -1",
  ], ["DstPort != 53", "DstPort in (5, 3)", "SrcPort < 40000", "PayloadEntropy > 7.5"]);
});

Deno.test("ports that are text compare as numbers", () => {
  const connection = create(ConnectionSchema, { SrcPort: "9000", DstPort: "" });
  assertPasses(
    ConnectionSchema,
    connection,
    ["SrcPort > 10000 or SrcPort == 9000", "not DstPort"],
    [
      "SrcPort in (900, 90)",
    ],
  );
});

Deno.test("addresses compare as addresses, whatever their text, and with networks", () => {
  assertPasses(UDPSchema, UDP, [
    "SrcIP == 192.0.2.77",
    "DstIP == 2001:DB8:0:0::1",
    "SrcIP in 192.0.2.64/26",
    "SrcIP in (10.0.0.0/8, 192.0.2.77)",
    "DstIP in (2001:db8::/33)",
    "not SrcIP in ::/0",
  ], ["SrcIP in 192.0.2.0/26", "SrcIP == ::ffff:192.0.2.77", "DstIP in 0.0.0.0/0"]);
});

Deno.test("addresses that are numbers or raw bytes compare as addresses", () => {
  const ntp = create(NTPSchema, { ReferenceID: 0xc0000201 });
  assertPasses(NTPSchema, ntp, ["ReferenceID == 192.0.2.1", "ReferenceID in 192.0.2.0/31"], [
    "ReferenceID in ::/0",
  ]);
  const lldp = create(LinkLayerDiscoveryInfoSchema, {
    MgmtAddress: { Address: Uint8Array.of(192, 0, 2, 1) },
  });
  assertPasses(LinkLayerDiscoveryInfoSchema, lldp, ["MgmtAddress.Address in 192.0.2.0/24"], []);
  const cdp = create(CiscoDiscoveryInfoSchema, { Addresses: [ascii("192.0.2.1"), ascii("::1")] });
  assertPasses(CiscoDiscoveryInfoSchema, cdp, ["Addresses == ::1"], ["Addresses == 192.0.2.2"]);
});

Deno.test("hardware addresses compare in every notation, and with their first bits", () => {
  const ethernet = create(EthernetSchema, { SrcMAC: "00:00:5e:00:53:01" });
  assertPasses(EthernetSchema, ethernet, [
    "SrcMAC == 00:00:5E:00:53:01",
    "SrcMAC == 00-00-5e-00-53-01",
    "SrcMAC == 0000.5e00.5301",
    "SrcMAC in 00:00:5e:00:00:00/24",
  ], ["SrcMAC == 00:00:5e:00:53:02", "SrcMAC == 00:00:5e"]);
});

Deno.test("times are what the reader of times takes them for, to the nanosecond", () => {
  const times = { "2020-09-13T12:26:40.123456789Z": 1600000000123456789n };
  const time = Object.keys(times)[0]!;
  assertEquals(passes(`Timestamp >= ${time}`, UDPSchema, UDP, times), true);
  assertEquals(passes(`Timestamp > '${time}'`, UDPSchema, UDP, times), false);
  assertPasses(UDPSchema, create(UDPSchema), [], ["Timestamp"]);
});

Deno.test("the span of an expression is what it demands of Timestamp", () => {
  const span = (text: string) => new Where(text).span;
  assertEquals(span("Timestamp >= 5 and (DstPort == 53 and Timestamp < 9)"), { from: 5n, to: 9n });
  assertEquals(span("Timestamp > 5 and Timestamp <= 9 and Timestamp >= 2"), { from: 6n, to: 10n });
  assertEquals(span("Timestamp == 5"), { from: 5n, to: 6n });
  for (const text of ["Timestamp >= 5 or SYN", "not Timestamp < 5", "Timestamp in (5, 6)", "SYN"]) {
    assertEquals({ from: undefined, to: undefined, ...span(text) }, {
      from: undefined,
      to: undefined,
    });
  }
});

Deno.test("durations compare with the field's unit in mind", () => {
  assertPasses(DNSSchema, DNS, [
    "Answers.TTL == 90",
    "Answers.TTL == 1m30s",
    "Answers.TTL == 1.5m",
    "Answers.TTL > 89.9s",
    "Answers.TTL < 90.000000001s",
  ], ["Answers.TTL == 90.1s", "Answers.TTL >= 90.1s", "Answers.TTL < 1.5m"]);
  const connection = create(ConnectionSchema, { Duration: 1_500_000_000n });
  assertPasses(ConnectionSchema, connection, ["Duration == 1.5s", "Duration == 1500000000"], []);
});

Deno.test("texts compare case-sensitively, with patterns, and without the zeros of fixed lengths", () => {
  assertPasses(DNSSchema, DNS, [
    "Questions.Name == www.example.com",
    "Questions.Name == 'it\\'s'",
    'Questions.Name == "it\'s"',
    "Questions.Name == 'www\\x2eexample\\u{2e}com'",
    "Questions.Name ~ '^www\\.'",
    "Questions.Name ~ '(?i:WWW)'",
  ], ["Questions.Name == WWW.example.com", "Questions.Name ~ '^example'"]);
  const dhcp = create(DHCPv4Schema, { File: ascii("boot.img\0\0\0") });
  assertPasses(DHCPv4Schema, dhcp, ["File == boot.img", "File ~ 'img$'"], ["File == boot"]);
});

Deno.test("bytes compare as hex digits, and with patterns of which each character is a byte", () => {
  assertPasses(UDPSchema, UDP, [
    "Payload == 00ff474554",
    "Payload == 00:FF:47:45:54",
    "Payload ~ '^\\x00\\xffGET'",
  ], ["Payload == 00ff", "Payload ~ '^GET'"]);
});

Deno.test("a name alone asks for what is neither 0 nor empty", () => {
  assertPasses(TCPSchema, TCP, ["SYN", "SYN == true", "Options", "not ACK", "ACK == false"], [
    "ACK",
    "not SYN",
    "SrcPort",
    "Payload",
    "PayloadEntropy",
  ]);
});

Deno.test("of several values any may fit, and != is not ==", () => {
  assertPasses(TCPSchema, TCP, [
    "Options.OptionType == 4",
    "Options.OptionType in (4, 5)",
    "Options.OptionType != 3",
    "Options.OptionType < 3 and Options.OptionType > 3",
  ], ["Options.OptionType != 4", "Options.OptionType == 3"]);
  assertPasses(TCPSchema, create(TCPSchema), ["Options.OptionType != 4"], [
    "Options.OptionType < 9",
  ]);
});

Deno.test("maps are lists of key and value", () => {
  const http = create(HTTPSchema, { RequestHeader: { Accept: "text/html", Host: "a.example" } });
  assertPasses(HTTPSchema, http, [
    "RequestHeader",
    "RequestHeader.key == Accept",
    "RequestHeader.value ~ 'html$'",
  ], ["RequestHeader.key == Cookie", "ResponseHeader"]);
});

Deno.test("not binds more than and, this more than or", () => {
  assertPasses(TCPSchema, TCP, [
    "SYN or ACK and FIN",
    "not ACK and SYN",
    "not (ACK and SYN)",
    "not not SYN",
  ], ["(SYN or ACK) and FIN", "not SYN or ACK"]);
});

Deno.test(needs("64 bits compare exactly, as Python compares them", PYTHON), async () => {
  const numbers = [0n, 1n, 2n ** 28n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 2n, 2n ** 63n - 1n]
    .flatMap((number) => [number, -number]);
  const script = `
numbers = [int(text) for text in get().split()]
for a in numbers:
    put("".join("01"[op] for b in numbers for op in (a == b, a < b, a >= b)).encode() + b"\\n")
`;
  const expected = new TextDecoder().decode(await runPython(script, ascii(numbers.join(" "))));
  const lines = numbers.map((Timestamp) => {
    const record = create(UDPSchema, { Timestamp });
    const tests = numbers.flatMap((wanted) =>
      ["==", "<", ">="].map((order) =>
        passes(`Timestamp ${order} t`, UDPSchema, record, { t: wanted })
      )
    );
    return tests.map(Number).join("") + "\n";
  });
  assertEquals(lines.join(""), expected);
});

Deno.test("a record whose time is no number, or that is damaged before the field, is wanted", () => {
  const { filter } = new Where("Timestamp > 5").bind(UDPSchema) as {
    filter: (bytes: Uint8Array, at: number, end: number) => boolean;
  };
  const textTime = Uint8Array.of(0x0a, 3, 0x31, 0x32, 0x33); // the original's, before v0.6
  assertEquals(filter(textTime, 0, textTime.length), true);
  for (const damaged of [[0x08, 0x80], [0x0b], [0x00], [0x12, 200]]) {
    assertEquals(filter(Uint8Array.from(damaged), 0, damaged.length), true, `${damaged}`);
  }
});

Deno.test("what is wrong in an expression is said with its place and what is wanted", () => {
  const cases: [string, string][] = [
    ["", 'at character 1: wanted the name of a field, "not" or "(", found the end'],
    ["DstPort = 53", 'at character 9: wanted "==", found "="'],
    ["A == 1 && B", 'at character 8: wanted "and", found "&&"'],
    ["!A", 'at character 1: wanted "not" or "!=", found "!"'],
    ["DstPort ==", "at character 11: wanted a value, found the end"],
    ["DstPort == and", 'at character 12: wanted a value, found "and"'],
    ["DstPort 53", 'at character 9: wanted an operator (== != < <= > >= in ~), found "53"'],
    ["(A or B", 'at character 8: wanted "and", "or" or ")", found the end'],
    ["A or B)", 'at character 7: wanted "and", "or" or the end, found ")"'],
    ["A in (1, 2", 'at character 11: wanted "," or ")", found the end'],
    ["A == 'x", "at character 8: wanted a ' at the end of the text, found the end"],
    ["A ~ '['", "at character 5: wanted a regular expression ("],
    ["'A' == 1", 'at character 1: wanted the name of a field, "not" or "(", found the text \'A\''],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(() => new Where(text), ConfigError);
    assertEquals(
      error.message.slice(0, `Wrong -where ${message}`.length),
      `Wrong -where ${message}`,
    );
  }
  assertThrows(
    () => new Where("(".repeat(5000) + "A" + ")".repeat(5000)),
    ConfigError,
    "at most 100",
  );
});

Deno.test("a type that lacks the field, or holds something else in it, is told with the way out", () => {
  const cases: [DescMessage, string, string][] = [
    [UDPSchema, "dstport == 53", 'UDP has no field "dstport"; the nearest is "DstPort"'],
    [UDPSchema, "VLANIdentifier == 5", 'UDP has no field "VLANIdentifier"'],
    [TCPSchema, "Options.OptonType", '"Options.OptonType"; the nearest is "Options.OptionType"'],
    [
      UDPSchema,
      "DstPort == dns",
      'at character 12: wanted a port, a number such as 53, found "dns"',
    ],
    [UDPSchema, "DstPort == 65536", "wanted a port"],
    [UDPSchema, "SrcIP == 10.0.0.0/8", 'networks: with "in"'],
    [UDPSchema, "SrcIP in 10.0.0.0/33", "wanted an address or a network such as 192.0.2.0/24"],
    [UDPSchema, "SrcIP < 10.0.0.1", "before a value that has no order"],
    [UDPSchema, "DstPort ~ 5", '"~" is for text'],
    [UDPSchema, "Timestamp > yesterday", "wanted a time such as 2020-09-13T12:26:40Z"],
    [UDPSchema, "Payload == 0", "wanted bytes as hex digits such as 00ff"],
    [DNSSchema, "Answers.TTL > 5parsecs", "wanted a duration such as 1.5s or 1h30m"],
    [TCPSchema, "Options == 5", "a field within this message"],
    [TCPSchema, "SYN == yes", "wanted true, false or a whole number"],
  ];
  for (const [schema, text, message] of cases) {
    const binding = new Where(text).bind(schema);
    assert("problem" in binding && binding.problem.includes(message), JSON.stringify(binding));
  }
});

Deno.test("for a reader, nothing passes of a type without filter, which is told once", () => {
  const told: string[] = [];
  const filterOf = new Where("SYN").filterOf(({ name }, problem) =>
    told.push(`${name}: ${problem}`)
  );
  const syn = toBinary(TCPSchema, TCP);
  const udp = toBinary(UDPSchema, UDP);
  assertEquals(filterOf(TCPSchema)?.(syn, 0, syn.length), true);
  const ofUdp = filterOf(UDPSchema);
  assertEquals([ofUdp?.(udp, 0, udp.length), ofUdp?.(udp, 0, udp.length)], [false, false]);
  assertEquals(told, ['UDP: UDP has no field "SYN"']);
});
