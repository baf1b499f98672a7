import { assertEquals } from "@std/assert";
import { create, type Message } from "@bufbuild/protobuf";
import {
  CiscoDiscoveryInfoSchema,
  ConnectionSchema,
  DNSSchema,
  ExploitSchema,
  GRESchema,
  HeaderSchema,
  IPProfileSchema,
  NTPSchema,
  SIPSchema,
  UDPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { jsonFormat } from "../../../lib/write/read/json_format.ts";
import { selectionOf } from "../../../lib/write/read/selection.ts";
import { timeFormat } from "../../../lib/write/read/time_text.ts";
import { JQ, needs, PYTHON } from "../../needs.ts";
import { jq } from "../../piped.ts";
import { runPython } from "./python.ts";
import { randomRecords } from "./random_records.ts";

const bytes = (...values: number[]) => Uint8Array.of(...values);

/** What protobuf's JSON mapping has, but for times, bytes and names (protobuf.dev, ProtoJSON). */
const PRINTED: readonly (readonly [Message, string])[] = [
  [create(UDPSchema), '{"type":"UDP","client":"xyz"}'],
  [
    create(UDPSchema, { Timestamp: 1600000000123456789n, SrcPort: 53, Payload: bytes(0, 255) }),
    '{"type":"UDP","client":"xyz","Timestamp":"2020-09-13T12:26:40.123456789Z","SrcPort":53,' +
    '"Payload":"00ff"}',
  ],
  [
    create(UDPSchema, { PayloadEntropy: NaN, SrcIP: 'a"\\\x1b\x9b\u202e\u{e0041}é' }),
    String.raw`{"type":"UDP","client":"xyz","PayloadEntropy":"NaN",` +
    String.raw`"SrcIP":"a\"\\\u001b\u009b\u202e\udb40\udc41é"}`,
  ],
  [
    create(ConnectionSchema, { Duration: 2n ** 63n - 1n, BytesServerToClient: -1n }),
    '{"type":"Connection","client":"xyz","Duration":"9223372036854775807",' +
    '"BytesServerToClient":"-1"}',
  ],
  [
    create(NTPSchema, { ReferenceTimestamp: 2n ** 64n - 1n, ReferenceID: 0xc0000201 }),
    '{"type":"NTP","client":"xyz","ReferenceID":"192.0.2.1",' +
    '"ReferenceTimestamp":"18446744073709551615"}',
  ],
  [
    create(GRESchema, { Key: 7, Routing: { Next: {} } }),
    '{"type":"GRE","client":"xyz","Key":7}',
  ],
  [
    create(DNSSchema, { Answers: [{ PTR: bytes(0x61, 0xff), SOA: {} }, {}] }),
    '{"type":"DNS","client":"xyz","Answers":[{"PTR":"a\ufffd"},{}]}',
  ],
  [
    create(IPProfileSchema, {
      Ja3Hashes: { "b\n": "x" },
      Protocols: { TCP: { Packets: 2n ** 64n - 1n }, UDP: {} },
    }),
    String.raw`{"type":"IPProfile","client":"xyz","Ja3Hashes":{"b\n":"x"},` +
    '"Protocols":{"TCP":{"Packets":"18446744073709551615"},"UDP":{}}}',
  ],
  [
    create(CiscoDiscoveryInfoSchema, {
      CDPHello: { ClusterMaster: bytes(192, 0, 2, 1), SwitchMAC: bytes(2, 0, 94, 0, 0, 10) },
      Addresses: [new TextEncoder().encode("2001:db8::1:2:34"), bytes(1, 2, 3)],
      MgmtAddresses: [bytes(32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)],
    }),
    '{"type":"CiscoDiscoveryInfo","client":"xyz",' +
    '"CDPHello":{"ClusterMaster":"192.0.2.1","SwitchMAC":"02:00:5e:00:00:0a"},' +
    '"Addresses":["2001:db8::1:2:34","010203"],"MgmtAddresses":["2001:db8::1"]}',
  ],
  [
    create(SIPSchema, { Headers: [bytes(0x61, 0x3c), bytes(0xff)] }),
    '{"type":"SIP","client":"xyz","Headers":["a<","\ufffd"]}',
  ],
  [create(HeaderSchema, { Type: 37 }), '{"type":"Header","client":"xyz","Type":"NC_UDP"}'],
];

Deno.test("jsonFormat() prints what every program reads alike", () => {
  const schemas = [
    UDPSchema,
    ConnectionSchema,
    NTPSchema,
    GRESchema,
    DNSSchema,
    IPProfileSchema,
    CiscoDiscoveryInfoSchema,
    SIPSchema,
    HeaderSchema,
  ];
  for (const [message, json] of PRINTED) {
    const schema = schemas.find(({ typeName }) => typeName === message.$typeName)!;
    assertEquals(jsonFormat(schema)(message, "xyz"), json);
  }
});

Deno.test("jsonFormat() follows its options", () => {
  const message = create(ExploitSchema, {
    Timestamp: 1n,
    ID: "\x9b",
    Software: { Timestamp: 7n, Product: "a" },
  });
  const print = jsonFormat(ExploitSchema, {
    time: timeFormat("ns"),
    isRaw: true,
    selection: selectionOf(ExploitSchema, [
      "ID",
      "Software.Product",
      "Timestamp",
      "Software.Timestamp",
      "Nothing",
    ]),
  });
  assertEquals(
    print(message, ""),
    '{"type":"Exploit","ID":"\x9b","Software":{"Product":"a","Timestamp":"7"},"Timestamp":"1"}',
  );
});

const RECORDS = randomRecords(3, 8);
const LINES = RECORDS.map(({ schema, message }) => jsonFormat(schema)(message, "x\x1b"));

Deno.test(
  needs("jsonFormat() prints lines of printable characters, which jq reads", JQ),
  async () => {
    for (const line of LINES) assertEquals(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), false, line);
    const types = (await jq(["-c", ".type"], LINES.join("\n") + "\n")).trimEnd().split("\n");
    assertEquals(types, RECORDS.map(({ schema }) => `"${schema.name}"`));
  },
);

Deno.test(
  needs("jsonFormat() loses no digit of a 64-bit integer, nor of a time, to Python", PYTHON),
  async () => {
    const read = await runPython(
      `
import json
from datetime import datetime
def plain(value):
    if isinstance(value, dict): return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list): return [plain(v) for v in value]
    return value
def nanos(text):
    t = datetime.fromisoformat(text[:19] + "+00:00")
    return int((t - datetime.fromisoformat("1970-01-01T00:00:00+00:00")).total_seconds()) * 10**9 + int(text[20:29])
rows = []
for line in get().decode().split("\\n"):
    row = json.loads(line)
    first = row.get("Timestamp") or row.get("TimestampFirst")
    numbers = [str(int(row[k])) for k in ("Duration", "Bytes", "NumPackets", "ID") if isinstance(row.get(k), str) and row["type"] in ("Connection", "USB", "IPProfile", "DeviceProfile")]
    rows.append([str(nanos(first)) if first else "0", numbers])
put(json.dumps(rows).encode())
`,
      new TextEncoder().encode(LINES.join("\n")),
    );
    const rows = JSON.parse(new TextDecoder().decode(read)) as [string, string[]][];
    const wanted = RECORDS.map(({ schema, message }) => {
      const values = message as unknown as Record<string, unknown>;
      const time = values.Timestamp || values.TimestampFirst || 0n;
      const isOne = ["Connection", "USB", "IPProfile", "DeviceProfile"].includes(schema.name);
      const numbers = ["Duration", "Bytes", "NumPackets", "ID"]
        .filter((name) => isOne && typeof values[name] === "bigint" && values[name] !== 0n)
        .map((name) => String(values[name]));
      return [String(time), numbers];
    });
    assertEquals(rows, wanted);
  },
);
