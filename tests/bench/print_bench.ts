/** How fast stored records become text: the records of a capture with TCP and DNS, parsed and printed. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { DNSSchema, TCPSchema } from "../../proto/gen/netcap_pb.ts";
import { jsonFormat } from "../../lib/write/read/json_format.ts";
import { netcapJsonFormat } from "../../lib/write/read/netcap_json_format.ts";

const RECORDS = 10_000;

const tcp = Array.from({ length: RECORDS }, (_, n) =>
  toBinary(
    TCPSchema,
    create(TCPSchema, {
      Timestamp: 1_700_000_000_000_000_000n + BigInt(n * 10_000_000),
      SrcPort: 443,
      DstPort: 40_000 + n % 64,
      SeqNum: 1000 * n,
      AckNum: 777 * n,
      DataOffset: 8,
      ACK: true,
      PSH: n % 2 === 1,
      Window: 501,
      Checksum: n,
      SrcIP: "192.0.2.1",
      DstIP: `198.51.100.${n % 16}`,
    }),
  ));
const dns = Array.from({ length: RECORDS }, (_, n) =>
  toBinary(
    DNSSchema,
    create(DNSSchema, {
      Timestamp: 1_700_000_000_000_000_000n + BigInt(n * 10_000_000),
      ID: n,
      QR: true,
      RD: true,
      RA: true,
      QDCount: 1,
      ANCount: 1,
      Questions: [{ Name: new TextEncoder().encode(`host-${n}.example.com`), Type: 1, Class: 1 }],
      Answers: [{ Type: 1, Class: 1, TTL: 300, DataLength: 4, IP: "192.0.2.9" }],
      SrcIP: "192.0.2.1",
      DstIP: "192.0.2.2",
      SrcPort: 53,
      DstPort: 50_000,
    }),
  ));

for (const [schema, records] of [[TCPSchema, tcp], [DNSSchema, dns]] as const) {
  const group = schema.name;
  const messages = records.map((record) => fromBinary(schema, record));
  const json = jsonFormat(schema);
  const original = netcapJsonFormat(schema);
  Deno.bench({ name: `${group}: parse`, group, baseline: true }, () => {
    for (const record of records) fromBinary(schema, record, { readUnknownFields: false });
  });
  Deno.bench({ name: `${group}: print as JSON`, group }, () => {
    for (const message of messages) json(message, "xyz");
  });
  Deno.bench({ name: `${group}: print as the original's JSON`, group }, () => {
    for (const message of messages) original(message);
  });
}
