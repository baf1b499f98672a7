import { assertEquals, assertThrows } from "@std/assert";
import { create, type DescMessage } from "@bufbuild/protobuf";
import { ConfigError } from "../../../lib/base/errors.ts";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { RECORD_TYPES } from "../../../lib/base/record/record_types.ts";
import { csvFormat } from "../../../lib/write/read/csv_format.ts";
import {
  BFDSchema,
  CIPSchema,
  DNSSchema,
  EthernetSchema,
  ExploitSchema,
  FDDISchema,
  GRESchema,
  IPv6HopByHopSchema,
  LinkLayerDiscoveryInfoSchema,
  OSPFv3Schema,
  POP3Schema,
  ServiceSchema,
  SSHSchema,
  TCPSchema,
  UDPSchema,
  VRRPv2Schema,
} from "../../../proto/gen/netcap_pb.ts";
import { runPython } from "./python.ts";
import { needs, PYTHON } from "../../needs.ts";

Deno.test("csvFormat() writes as many cells as columns for a record of any type without values", () => {
  for (const type of RECORD_TYPES) {
    const schema = recordSchema(type)!;
    const { header, line } = csvFormat(schema);
    const cells = line(create(schema)).split(",");
    assertEquals(cells.length, header.split(",").length, schema.name);
  }
});

/** The cell of one column. */
function cell<Desc extends DescMessage>(
  schema: Desc,
  column: string,
  values: Parameters<typeof create<Desc>>[1],
): string {
  return csvFormat(schema, { select: [column] }).line(create(schema, values));
}

Deno.test("csvFormat() writes single values as files.md says", () => {
  const Timestamp = 1600000000123456000n;
  assertEquals(
    cell(EthernetSchema, "Timestamp", { Timestamp }),
    "2020-09-13 12:26:40.123456 +0000 UTC",
  );
  assertEquals(cell(EthernetSchema, "PayloadEntropy", { PayloadEntropy: 3.5 }), "3.500000");
  assertEquals(cell(UDPSchema, "PayloadEntropy", { PayloadEntropy: 3.5 }), "3.50000000");
  assertEquals(cell(TCPSchema, "SYN", { SYN: true }), "true");
  assertEquals(cell(TCPSchema, "ACK", {}), "false");
  assertEquals(cell(GRESchema, "Key", { Key: 4294967295 }), "4294967295");
  assertEquals(cell(FDDISchema, "SrcMAC", { SrcMAC: Uint8Array.of(0x61, 0xff) }), "a\ufffd");
  assertEquals(
    cell(ExploitSchema, "Software", { Software: { Timestamp: 7n, Product: "a b" } }),
    '"Timestamp:7 Product:""a b"" "',
  );
});

Deno.test("csvFormat() writes numbers of values, not their text", () => {
  assertEquals(cell(ServiceSchema, "NumFlows", { Flows: ["a", "b"] }), "2");
  assertEquals(cell(POP3Schema, "NumMails", { MailIDs: [] }), "0");
  assertEquals(cell(POP3Schema, "Client", { ClientIP: "::1" }), "::1");
  assertEquals(cell(VRRPv2Schema, "IPAddresses", { IPAddress: ["a", "b"] }), "(a-b)");
  assertEquals(cell(CIPSchema, "AdditionalStatus", { AdditionalStatus: [1, 2] }), "(1-2)");
});

Deno.test("csvFormat() writes nested values as files.md says", () => {
  const Options = [
    { OptionType: 2, OptionLength: 4, OptionData: Uint8Array.of(5, 0xb4) },
    { OptionType: 4, OptionLength: 2 },
  ];
  assertEquals(cell(TCPSchema, "Options", { Options }), "(2-4-05b4)(4-2-)");
  assertEquals(
    cell(IPv6HopByHopSchema, "Options", {
      Options: [{
        OptionType: 5,
        OptionLength: 2,
        ActualLength: 4,
        OptionData: new Uint8Array(2),
        OptionAlignment: { One: 0, Two: 0 },
      }],
    }),
    "(5240000(0-0))",
  );
  assertEquals(
    cell(GRESchema, "Routing", {
      Routing: { SRELength: 1, RoutingInformation: Uint8Array.of(255), Next: { SREOffset: 2 } },
    }),
    "(0-0-1-ff-(0-2-0--))",
  );
  assertEquals(
    cell(LinkLayerDiscoveryInfoSchema, "SysCapabilities", {
      SysCapabilities: { SystemCap: { Router: true }, EnabledCap: {} },
    }),
    `(${"false-".repeat(4)}true-${"false-".repeat(5)}false)(${"false-".repeat(10)}false)`,
  );
  assertEquals(
    cell(OSPFv3Schema, "LSU", {
      LSU: { NumOfLSAs: 1, LSAs: [{ NLSA: { Options: 3, AttachedRouter: [1, 2] }, SrcIP: "x" }] },
    }),
    "(1-((----(3-(1-2))-----)))",
  );
  assertEquals(cell(BFDSchema, "AuthHeader", {}), '""');
});

Deno.test("csvFormat() writes every record of a DNS section, names as text", () => {
  const text = (name: string) => new TextEncoder().encode(name);
  const Answers = [
    { Name: text("a.b"), Type: 1, Class: 1, Data: Uint8Array.of(10, 0, 0, 1), IP: "10.0.0.1" },
    {
      ...{ Name: text("a.b"), Type: 6, NS: text("ns"), TXTs: [text("t"), text("u")] },
      ...{ SOA: { MName: text("m"), Serial: 7 }, SRV: { Name: text("s") }, MX: { Preference: 5 } },
    },
  ];
  assertEquals(
    cell(DNSSchema, "Answers", { Answers }),
    "(a.b-1-1-0-0-0a000001-10.0.0.1-------())" +
      "(a.b-6-0-0-0---ns---(m--7-0-0-0-0)-(0-0-0-s)-(5-)-(t-u))",
  );
});

Deno.test("csvFormat() follows its options", () => {
  const message = create(TCPSchema, {
    Timestamp: 5n,
    SrcPort: 1,
    Options: [{ OptionType: 1, OptionLength: 2, OptionData: Uint8Array.of(3) }],
  });
  const options = { time: String, begin: "<", end: ">", structSeparator: "|", separator: "; " };
  const { header, line } = csvFormat(TCPSchema, {
    ...options,
    select: ["Options", "Timestamp", "SrcPort"],
  });
  assertEquals(header, "Options; Timestamp; SrcPort");
  assertEquals(line(message), "<1|2|03>; 5; 1");
});

Deno.test("csvFormat() names the columns that there are when one is unknown", () => {
  const error = assertThrows(
    () => csvFormat(EthernetSchema, { select: ["SrcMAC", "srcmac"] }),
    ConfigError,
  );
  assertEquals(
    error.message,
    'Ethernet has no column "srcmac"; it has Timestamp, SrcMAC, DstMAC, EthernetType, ' +
      "PayloadEntropy, PayloadSize, Tunnel, TunnelID",
  );
});

Deno.test(
  needs("csvFormat() is read back by Python's csv module", PYTHON),
  async () => {
    const texts = ["plain", "", '"', "a,b", "\t", "\n", "\r\n", '",\n"', " a ", "é;€", "'", "\\"];
    const records = texts.map((text, i) => [text, texts.at(-i)!, texts[(i * 7) % texts.length]!]);
    for (const separator of [",", "\t", ";"]) {
      const { header, line } = csvFormat(SSHSchema, {
        separator,
        isRaw: true,
        select: ["HASSH", "Flow", "Notes"],
      });
      const lines = records.map(([HASSH, Flow, Notes]) =>
        line(create(SSHSchema, { HASSH, Flow, Notes }))
      );
      const script = `
import csv, io, json
text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
print(json.dumps(list(csv.reader(text, delimiter=${JSON.stringify(separator)}, strict=True))))
`;
      const csv = new TextEncoder().encode([header, ...lines].map((line) => line + "\n").join(""));
      const rows = JSON.parse(new TextDecoder().decode(await runPython(script, csv)));
      assertEquals(rows, [["HASSH", "Flow", "Notes"], ...records]);
    }
  },
);

Deno.test("csvFormat() escapes what commands a terminal or ends a line, and backslashes", () => {
  const { line } = csvFormat(SSHSchema, { select: ["HASSH", "Flow", "Notes"] });
  const message = create(SSHSchema, {
    HASSH: "a\x1b[2J\r\n",
    Flow: "\\x1b \u202e\u{e0001}",
    Notes: "é€",
  });
  assertEquals(line(message), String.raw`a\x1b[2J\r\n,\\x1b \u202e\u{e0001},é€`);
});

Deno.test("csvFormat() lets no spreadsheet calculate what somebody sent", () => {
  // What begins a formula: owasp.org/www-community/attacks/CSV_Injection.
  const formulas = ["=1+1", "+1", "-1+1|cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "-"];
  const plain = ["a=1", "-1", "-1.5", "1-1", "'", "", "(=1)"];
  const lineOf = (Flow: string, isForSpreadsheets: boolean) =>
    csvFormat(SSHSchema, { select: ["Flow"], isRaw: true, isForSpreadsheets }).line(
      create(SSHSchema, { Flow }),
    ).replace(/^"(.*)"$/s, "$1");
  for (const text of formulas) {
    assertEquals(lineOf(text, true), `'${text}`);
    assertEquals(lineOf(text, false), text);
  }
  for (const text of plain) assertEquals(lineOf(text, true), text);
});
