import { assert, assertEquals } from "@std/assert";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type DNS,
  DNSMXSchema,
  type DNSResourceRecord,
  DNSResourceRecordSchema,
  DNSSchema,
  DNSSOASchema,
  DNSSRVSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { assertCut, decodeFrame, frame } from "../decode_frame.ts";
import {
  FIRST_NAME,
  LINKTYPE_IPV4,
  message,
  name,
  pointer,
  question,
  record,
  string,
  text,
  u16,
  udpPacket,
} from "./dns_messages.ts";

/** The record of one message, or why there is none. */
function decode(message: Uint8Array): DNS | string {
  const packet = udpPacket(40000, 53, message);
  const decoded = decodeFrame(packet, { linkType: LINKTYPE_IPV4, context: false });
  return decoded.recordsOf(DNSSchema)[0] ?? Object.keys(decoded.counts.failed).join();
}

function decodeOk(message: Uint8Array): DNS {
  const record = decode(message);
  if (typeof record === "string") throw new Error(record);
  return record;
}

/** The names of the questions that these bytes hold. */
function questionNames(...questions: number[][]): string[] {
  const { Questions } = decodeOk(message({ questions: questions.map((each) => question(each)) }));
  return Questions.map(({ Name }) => new TextDecoder().decode(Name));
}

type RecordFields = MessageInitShape<typeof DNSResourceRecordSchema>;

/** What every resource record has: the empty messages of the original. */
function resourceRecord(fields: RecordFields): DNSResourceRecord {
  const SOA = create(DNSSOASchema);
  const SRV = create(DNSSRVSchema);
  const MX = create(DNSMXSchema);
  return create(DNSResourceRecordSchema, { Class: 1, TTL: 60, SOA, SRV, MX, ...fields });
}

Deno.test("dns decodes a query with an EDNS record", () => {
  // tcpdump's tests/dns_udp.pcap, frame 1; the values are those of the original's record.
  const query = frame(
    "00112233446600112233445508004500005459cd0000401194aec0a8010bd157f912abbe003500407824",
    "593401200001000000000001037777770774637064756d70036f72670000010001",
    "000029100000000000000c000a000842f5d00996f90b13",
  );
  const decoded = decodeFrame(query, { nanos: 1591780794740079000n });
  assertEquals(decoded.recordsOf(DNSSchema), [create(DNSSchema, {
    Timestamp: 1591780794740079000n,
    ID: 22836,
    RD: true,
    Z: 2,
    QDCount: 1,
    ARCount: 1,
    Questions: [{ Name: text("www.tcpdump.org"), Type: 1, Class: 1 }],
    Additionals: [resourceRecord({
      Type: 41,
      Class: 4096,
      TTL: 0,
      DataLength: 12,
      Data: frame("000a000842f5d00996f90b13"),
    })],
    SrcIP: "192.168.1.11",
    DstIP: "209.87.249.18",
    SrcPort: 43966,
    DstPort: 53,
    IPProtocol: 17,
  })]);
});

Deno.test("dns decodes a start of authority", () => {
  // tcpdump's tests/dns-uri.pcap, frame 4; the values are tshark's.
  const { ResponseCode, Authorities } = decodeOk(frame(
    "656585830001000000010001045f66747003646e7304746573740001000001c01500060001",
    "00002a30002f096c6f63616c686f737400066e6f626f647907696e76616c696400",
    "0000000100000e10000004b000093a8000002a300000291000000000000000",
  ));
  assertEquals(ResponseCode, 3);
  assertEquals(Authorities[0]!.Name, text("test"));
  assertEquals(
    Authorities[0]!.SOA,
    create(DNSSOASchema, {
      MName: text("localhost"),
      RName: text("nobody.invalid"),
      Serial: 1,
      Refresh: 3600,
      Retry: 1200,
      Expire: 604800,
      Minimum: 10800,
    }),
  );
});

Deno.test("dns writes what the data of each known type mean", () => {
  const host = [...string("host"), ...pointer(FIRST_NAME)];
  const owner = pointer(FIRST_NAME);
  const Name = text("example");
  const answers: [number, number[], RecordFields][] = [
    [1, [192, 0, 2, 1], { IP: "192.0.2.1" }],
    [2, host, { NS: text("host.example") }],
    [5, host, { CNAME: text("host.example") }],
    [12, host, { PTR: text("host.example") }],
    [13, [...string("VAX"), ...string("UNIX")], { TXTs: [text("VAX"), text("UNIX")] }],
    [15, [...u16(10), ...host], {
      MX: create(DNSMXSchema, { Preference: 10, Name: text("host.example") }),
    }],
    [16, [...string(""), ...string("a=b")], { TXTs: [text(""), text("a=b")] }],
    [28, [...frame("20010db8 00000000 00000000 00000001")], { IP: "2001:db8::1" }],
    [33, [...u16(1), ...u16(2), ...u16(443), ...host], {
      SRV: create(DNSSRVSchema, { Priority: 1, Weight: 2, Port: 443, Name: text("host.example") }),
    }],
    [99, host, {}],
  ];
  const bytes = message({
    questions: [question(name("example"))],
    answers: answers.map(([type, data]) => record(owner, type, data)),
  });
  assertEquals(
    decodeOk(bytes).Answers,
    answers.map(([Type, data, meaning]) =>
      resourceRecord({
        Name,
        Type,
        DataLength: data.length,
        Data: Uint8Array.from(data),
        ...meaning,
      })
    ),
  );
});

Deno.test("dns puts the records of each section into its list", () => {
  const of = (type: number) => [record(name("a"), type, [])];
  const { Answers, Authorities, Additionals } = decodeOk(
    message({ answers: of(101), authorities: of(102), additionals: of(103) }),
  );
  const types = [Answers, Authorities, Additionals].map((list) => list.map(({ Type }) => Type));
  assertEquals(types, [[101], [102], [103]]);
});

Deno.test("dns takes records without data, as updates have them, of any type", () => {
  // RFC 2136, 2.5.2: delete an RRset.
  const authorities = [1, 2, 6, 12, 15, 16, 28, 33, 41].map((type) => record(name("a"), type, []));
  const { Authorities } = decodeOk(message({ authorities }));
  assertEquals(
    Authorities,
    [1, 2, 6, 12, 15, 16, 28, 33, 41].map((Type) => resourceRecord({ Name: text("a"), Type })),
  );
});

Deno.test("dns leaves the address out where its length is not that of an address", () => {
  const answers = [record(name("a"), 1, [1, 2, 3]), record(name("a"), 28, [1, 2, 3, 4])];
  assertEquals(decodeOk(message({ answers })).Answers.map(({ IP }) => IP), ["", ""]);
});

Deno.test("dns adds the extended response code of an OPT record", () => {
  const opt = record(name(), 41, [], 0x01000000); // BADVERS is 16: RFC 6891, section 9
  assertEquals(decodeOk(message({ additionals: [opt] })).ResponseCode, 16);
  // Codes from 3841 on are for private use: RFC 6895, section 2.3.
  const last = record(name(), 41, [], 0xff000000);
  assertEquals(decodeOk(message({ additionals: [last] })).ResponseCode, 4080);
});

Deno.test("dns keeps all 16 bits of a class", () => {
  // RFC 6762, 18.12: the highest asks for a unicast response.
  const { Questions } = decodeOk(message({ questions: [question(name("a"), 1, 0x8001)] }));
  assertEquals(Questions[0]!.Class, 0x8001);
});

Deno.test("dns is found behind the ports of DNS, mDNS and LLMNR of either side", () => {
  const bytes = message({ questions: [question(name("a"))] });
  for (const port of [53, 5353, 5355]) {
    for (const [srcPort, dstPort] of [[port, 40000], [40000, port]] as const) {
      const decoded = decodeFrame(udpPacket(srcPort, dstPort, bytes), { linkType: LINKTYPE_IPV4 });
      const records = decoded.recordsOf(DNSSchema);
      assertEquals(records.map(({ SrcPort, DstPort }) => [SrcPort, DstPort]), [[srcPort, dstPort]]);
    }
  }
});

Deno.test("dns follows pointers", () => {
  // The names of the example in RFC 1035, 4.1.4.
  assertEquals(
    questionNames(
      name("F", "ISI", "ARPA"),
      [...string("FOO"), ...pointer(FIRST_NAME)],
      pointer(FIRST_NAME + 6),
      name(),
    ),
    ["F.ISI.ARPA", "FOO.F.ISI.ARPA", "ARPA", ""],
  );
});

Deno.test("dns follows pointers to pointers", () => {
  const first = name("a", "b"); // at 12
  const second = pointer(FIRST_NAME); // at 21
  const third = [...string("c"), ...pointer(21)];
  assertEquals(questionNames(first, second, third), ["a.b", "a.b", "c.a.b"]);
});

Deno.test("dns keeps names as they are written: case, dots in labels, bytes that are no text", () => {
  assertEquals(questionNames(name("wWw", "Example")), ["wWw.Example"]);
  assertEquals(questionNames(name("a.b", "c")), ["a.b.c"]);
  const { Questions } = decodeOk(message({ questions: [question([2, 0xff, 0, 0])] }));
  assertEquals(Questions[0]!.Name, frame("ff00"));
});

Deno.test("dns takes names of 255 bytes and refuses longer ones", () => {
  const label = (length: number) => string("x".repeat(length));
  const labels = [...label(63), ...label(63), ...label(63)]; // 192 bytes
  const longest = [...labels, ...label(61), 0];
  assertEquals(questionNames(longest)[0]!.length, 253);
  const tooLong = question([...labels, ...label(62), 0]);
  assertEquals(decode(message({ questions: [tooLong] })), "Dns malformed");
  const pointed = [question([...labels, 0]), question([...label(62), ...pointer(FIRST_NAME)])];
  assertEquals(decode(message({ questions: pointed })), "Dns malformed");
});

Deno.test("dns refuses pointers that do not lead back", () => {
  const cases = {
    "to itself": [question(pointer(FIRST_NAME))],
    "to the labels before it": [question([...string("a"), ...pointer(FIRST_NAME)])],
    "to each other": [
      question([...string("a"), ...pointer(FIRST_NAME + 8)]),
      question(pointer(FIRST_NAME)),
    ],
    "forward": [question(pointer(FIRST_NAME + 6)), question(name("a"))],
    "behind the message": [question(pointer(0x3fff))],
    "into the header": [question(pointer(4))],
  };
  for (const [where, questions] of Object.entries(cases)) {
    assertEquals(decode(message({ questions })), "Dns malformed", where);
  }
});

Deno.test("dns refuses the reserved kinds of labels", () => {
  assertEquals(decode(message({ questions: [question([0x41, 0, 0])] })), "Dns malformed");
  assertEquals(decode(message({ questions: [question([0x80, 0, 0])] })), "Dns malformed");
});

Deno.test("dns refuses data that do not hold what their type says", () => {
  const data: [number, number[]][] = [
    [2, string("x")], // no end
    [15, u16(10)], // no name
    [33, [...u16(1), ...u16(2), ...u16(3)]], // no name
    [6, name("x")], // one name
    [6, [...name("x"), ...name("y"), ...frame("00000001 00000002 00000003 00000004")]], // a number less
    [16, [...string("a"), 5, 0x61]], // a string that is longer than the data
    [41, [...u16(10), ...u16(8), 1, 2, 3]], // an option that is longer than the data
  ];
  for (const [type, bytes] of data) {
    const answers = [record(name("a"), type, bytes), record(name("b"), 1, [1, 2, 3, 4])];
    assertEquals(decode(message({ answers })), "Dns malformed", `type ${type}`);
  }
});

Deno.test("dns keeps what is whole of a message whose counts or lengths exceed it", () => {
  const whole = message({
    questions: [question(name("a", "b"))],
    answers: [record(pointer(FIRST_NAME), 15, [...u16(1), ...pointer(FIRST_NAME)])],
  });
  decodeOk(whole);
  const headerEnd = 12;
  const questionEnd = headerEnd + question(name("a", "b")).length;
  for (let length = 1; length < whole.length; length++) {
    const cut = decode(whole.subarray(0, length));
    // Within the header, or in the first question, nothing says that it is DNS.
    if (length < headerEnd || (length > headerEnd && length < questionEnd)) {
      assertEquals(cut, "Dns truncated", `${length} bytes`);
      continue;
    }
    assert(typeof cut !== "string");
    const whats = [cut.Truncated, cut.QDCount, cut.Questions.length, cut.Answers.length];
    assertEquals(whats, [true, 1, length < questionEnd ? 0 : 1, 0], `${length} bytes`);
  }
  for (const countAt of [6, 8, 10]) {
    const lying = whole.slice();
    lying.set([0xff, 0xff], countAt);
    const record = decodeOk(lying);
    assertEquals([record.Truncated, record.Answers.length], [true, 1], `count at ${countAt}`);
  }
});

Deno.test("dns decodes the longest message of records with one long name", () => {
  const labels = "b.a.9.8.7.6.5.4.3.2.1.0.b.a.9.8.7.6.5.4.3.2.1.0.8.b.d.0.1.0.0.2.ip6.arpa".split(
    ".",
  );
  const host = [...string("host00"), ...pointer(FIRST_NAME + 64)];
  const answers = new Array(3000).fill(record(pointer(FIRST_NAME), 12, host));
  const bytes = message({ questions: [question(name(...labels))], answers });
  const { Answers } = decodeOk(bytes);
  assertEquals(Answers.length, 3000);
  assertEquals(Answers[2999]!.Name, text(labels.join(".")));
  assertEquals(Answers[2999]!.PTR, text("host00.ip6.arpa"));
});

Deno.test("dns gives a message up whose names take too many steps", () => {
  // Pointers of a record's data, each to the one before it, and records named by the last of them:
  // 8,000 times 3,000 steps.
  const dataAt = FIRST_NAME + name("a").length + 10;
  const chain = [0, 0];
  for (let at = dataAt; chain.length < 16000; at += 2) {
    chain.push(...pointer(chain.length === 2 ? FIRST_NAME : at));
  }
  const carrier = record(name("a"), 65280, chain);
  const last = pointer(dataAt + chain.length - 2);
  const one = message({ answers: [carrier, record(last, 1, [])] });
  assertEquals(decodeOk(one).Answers[1]!.Name, text("a"));
  const many = message({ answers: [carrier, ...new Array(3000).fill(record(last, 1, []))] });
  assertEquals(decode(many), "Dns malformed");
});

Deno.test("dns records that become too large are dropped and counted", () => {
  const longest = [...new Array(4)].flatMap(() => string("x".repeat(62))).concat(0);
  const owner = pointer(FIRST_NAME);
  const bytes = message({
    questions: [question(longest)],
    answers: new Array(3800).fill(record(owner, 15, [...u16(1), ...pointer(FIRST_NAME)])),
  });
  const decoded = decodeFrame(udpPacket(53, 1, bytes), { linkType: LINKTYPE_IPV4 });
  assertEquals(decoded.types, ["IPv4", "UDP"]);
  assertEquals(decoded.counts.oversized, 1);
});

// The answer of SIDN/entrada#39, aboutsip/pkts#61 and kbandla/dpkt#556: three addresses, of which the
// capture has kept one and a part of the next.
const ANSWER = frame(
  "020000000002 020000000001 0800",
  "4500006e0001000040118e47 c0000201c6336402 00359c40005abb9b",
  "0007 8180 0001 0003 0000 0000 03777777076578616d706c650474657374000001 0001",
  "c00c 0001 0001 0000003c 0004 c0000200 c00c 0001 0001 0000003c 0004 c0000201",
  "c00c 0001 0001 0000003c 0004 c0000202",
);

Deno.test("of an answer that the capture cut, the whole questions and records are there", () => {
  const [record] = assertCut(ANSWER, 102, 102, DNSSchema);
  assertEquals([record!.ID, record!.QR, record!.ANCount], [7, true, 3]);
  assertEquals(record!.Questions.map(({ Name }) => Name), [text("www.example.test")]);
  assertEquals(record!.Answers.map(({ IP }) => IP), ["192.0.2.0"]);
  const counts = assertCut(ANSWER, 54, ANSWER.length - 1, DNSSchema)
    .map(({ Questions, Answers }) => Questions.length + Answers.length);
  assertEquals(counts, [...counts].sort());
  assertEquals([counts[0], counts.at(-1)], [0, 3]);
});

Deno.test("a message may be its header only, though it counts a question", () => {
  // RFC 1035, section 4.1.1: FORMERR of small servers.
  const record = decodeOk(frame("0007 8181 0001 0000 0000 0000"));
  assertEquals(
    [record.ID, record.QR, record.RD, record.RA, record.ResponseCode, record.Truncated],
    [7, true, true, true, 1, true],
  );
});
