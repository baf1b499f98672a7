import { assertEquals } from "@std/assert";
import { create, fromBinary } from "@bufbuild/protobuf";
import { parseHex } from "../../../lib/base/bytes/bytes.ts";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { typeNumber } from "../../../lib/base/record/record_types.ts";
import {
  compactTextFormat,
  netcapTextFormat,
  textFormat,
} from "../../../lib/write/read/text_format.ts";
import {
  DNSSchema,
  GRESchema,
  IPProfileSchema,
  type UDP,
  UDPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { PRINTED_RECORDS } from "./printed_records.ts";
import { randomRecords } from "./random_records.ts";

for (const { type, hex, text, compact } of PRINTED_RECORDS) {
  Deno.test(`netcapTextFormat() and compactTextFormat() print ${type} as the original's library does`, () => {
    const schema = recordSchema(typeNumber(type))!;
    const message = fromBinary(schema, parseHex(hex)!);
    assertEquals(netcapTextFormat(schema)(message), text);
    assertEquals(compactTextFormat(schema)(message), compact);
  });
}

Deno.test("netcapTextFormat() prints nothing for a message without values", () => {
  assertEquals(netcapTextFormat(UDPSchema)(create(UDPSchema)), "");
});

/** What Go's fmt.Println prints. */
const DOUBLES: [number, string][] = [
  [999999.5, "999999.5"],
  [1e6, "1e+06"],
  [12345678.25, "1.234567825e+07"],
  [1e21, "1e+21"],
  [1e100, "1e+100"],
  [0.00012345, "0.00012345"],
  [0.00001, "1e-05"],
  [-2.5, "-2.5"],
  [NaN, "nan"],
  [-Infinity, "-inf"],
];

Deno.test("netcapTextFormat() prints doubles as Go does", () => {
  for (const [PayloadEntropy, text] of DOUBLES) {
    const message: UDP = create(UDPSchema, { PayloadEntropy });
    assertEquals(netcapTextFormat(UDPSchema)(message), `PayloadEntropy: ${text}\n`);
  }
});

Deno.test("textFormat() prints records for people", () => {
  const message = create(DNSSchema, {
    Timestamp: 1600000000123456789n,
    ID: 7,
    QR: true,
    Questions: [{ Name: new TextEncoder().encode("example.com"), Type: 1 }],
    Answers: [{ PTR: new TextEncoder().encode('a "b"\x1b\\\u202e'), Data: Uint8Array.of(0, 255) }],
    SrcIP: "192.0.2.1",
  });
  assertEquals(
    textFormat(DNSSchema)(message, "my plant"),
    String.raw`type: DNS
client: "my plant"
Timestamp: 2020-09-13T12:26:40.123456789Z
ID: 7
QR: true
Questions {
  Name: example.com
  Type: 1
}
Answers {
  Data: 00ff
  PTR: "a \"b\"\x1b\\\u202e"
}
SrcIP: 192.0.2.1
`,
  );
  const raw = textFormat(DNSSchema, { time: String, isRaw: true });
  const lines = raw(message, "").split("\n");
  assertEquals(lines.slice(0, 2), ["type: DNS", "Timestamp: 1600000000123456789"]);
  assertEquals(lines.at(-4), '  PTR: "a \\"b\\"\x1b\\\\\u202e"');
});

Deno.test("textFormat() leaves out empty messages, but not elements of lists and maps", () => {
  const gre = create(GRESchema, { Key: 7, Routing: { Next: { Next: {} } } });
  assertEquals(textFormat(GRESchema)(gre, ""), "type: GRE\nKey: 7\n");
  const profile = create(IPProfileSchema, { Protocols: { "a b": {} }, SrcPorts: [{}] });
  assertEquals(
    textFormat(IPProfileSchema)(profile, ""),
    'type: IPProfile\nProtocols {\n  key: "a b"\n  value {\n  }\n}\nSrcPorts {\n}\n',
  );
});

Deno.test("textFormat() prints lines of printable characters for records of all types", () => {
  for (const { schema, message } of randomRecords(4, 8)) {
    for (const line of textFormat(schema)(message, "x\x1b").split("\n")) {
      assertEquals(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), false, line);
    }
  }
});
