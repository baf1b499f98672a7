import { assertEquals } from "@std/assert";
import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  ARPSchema,
  DHCPv4Schema,
  DNSSchema,
  HTTPSchema,
  IPv4Schema,
  UDPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { displayWidth } from "../../../lib/base/text/display_width.ts";
import { TableFormat, type TableOptions } from "../../../lib/write/read/table_format.ts";
import { randomRecords } from "./random_records.ts";

const Timestamp = 1600000000123456789n;

/** What is printed of some records of one client. */
function tableOf(schema: DescMessage, messages: Message[], options: TableOptions = {}): string {
  const table = new TableFormat(options);
  return messages.map((message) => table.print({ schema, client: "xyz", message })).join("") +
    table.flush();
}

const DNS = ["www.example.com", "a.very.long.name.that.takes.more.room.than.there.is.example"]
  .map((name, n) =>
    create(DNSSchema, {
      Timestamp,
      ID: 7 + 1000 * n,
      Questions: [{ Name: new TextEncoder().encode(name), Type: 1 }],
      SrcIP: "192.0.2.1",
      DstIP: "198.51.100.200",
      SrcPort: 40000,
      DstPort: 53,
    })
  );

Deno.test("a table has time, addresses, ports and what tells most, and fits the terminal", () => {
  assertEquals(
    tableOf(DNSSchema, DNS, { width: 100 }),
    `\
Timestamp                SrcIP      DstIP           SrcPort  DstPort  Questions.Name
2020-09-13 12:26:40.123  192.0.2.1  198.51.100.200    40000       53  www.example.com
2020-09-13 12:26:40.123  192.0.2.1  198.51.100.200    40000       53  a.very.long.name.that.takes.m…
`,
  );
});

Deno.test("a name has its place before the ports where both have no room; ports go together", () => {
  assertEquals(
    tableOf(DNSSchema, DNS, { width: 80 }),
    `\
Timestamp                SrcIP      DstIP           Questions.Name
2020-09-13 12:26:40.123  192.0.2.1  198.51.100.200  www.example.com
2020-09-13 12:26:40.123  192.0.2.1  198.51.100.200  a.very.long.name.that.takes…
`,
  );
  assertEquals(
    tableOf(DNSSchema, DNS.slice(0, 1), { width: 76 }),
    `\
Timestamp                SrcIP      DstIP           Questions.Name   ID
2020-09-13 12:26:40.123  192.0.2.1  198.51.100.200  www.example.com   7
`,
  );
  assertEquals(
    tableOf(DNSSchema, DNS.slice(0, 1), {
      width: 60,
      select: ["SrcIP", "DstPort", "Questions.Name"],
    }),
    `\
SrcIP      DstPort  Questions.Name
192.0.2.1       53  www.example.com
`,
  );
});

Deno.test("a table leaves out the zero bytes that fill a field of fixed size", () => {
  const names = ["boot" + "\0".repeat(60), "\0".repeat(64)];
  const messages = names.map((ServerName) =>
    create(DHCPv4Schema, { Operation: 1, ServerName: new TextEncoder().encode(ServerName) })
  );
  assertEquals(
    tableOf(DHCPv4Schema, messages, { width: 80 }),
    "ServerName  Operation\nboot                1\n                    1\n",
  );
});

Deno.test("a table has no part of an address or number where a whole one has no room", () => {
  const arp = create(ARPSchema, {
    Timestamp,
    Operation: 1,
    SrcHwAddress: "02:00:00:00:00:10",
    SrcProtocolAddress: "192.0.2.10",
    DstProtocolAddress: "192.0.2.53",
  });
  assertEquals(
    tableOf(ARPSchema, [arp], { width: 80 }),
    `\
Timestamp                SrcProtocolAddress  DstProtocolAddress  Operation
2020-09-13 12:26:40.123  192.0.2.10          192.0.2.53                  1
`,
  );
});

Deno.test("a table without a terminal cuts nothing; -select chooses and orders", () => {
  assertEquals(
    tableOf(DNSSchema, DNS, { select: ["Questions.Name", "ID", "Questions", "Nothing"] }),
    `\
Questions.Name                                                 ID  Questions
www.example.com                                                 7  {"Name":"www.example.com","Type":1}
a.very.long.name.that.takes.more.room.than.there.is.example  1007  {"Name":"a.very.long.name.that.takes.more.room.than.there.is.example","Type":1}
`,
  );
});

Deno.test("a table keeps its layout when it is settled, and says its titles again", () => {
  const table = new TableFormat({ width: 60, rowsPerHeader: 3, select: ["Host", "StatusCode"] });
  const print = (Host: string, StatusCode: number) =>
    table.print({
      schema: HTTPSchema,
      client: "xyz",
      message: create(HTTPSchema, { Host, StatusCode }),
    });
  assertEquals(print("example", 200), "");
  assertEquals(table.flush(), "Host     StatusCode\nexample         200\n");
  assertEquals(print("longer.example", 404), "longer…         404\n");
  assertEquals(print("漢字漢字", 5), "漢字漢…           5\n");
  assertEquals(
    print("a\x1b\n", 1),
    "Host     StatusCode\n" + String.raw`a\x1b\n           1` + "\n",
  );
});

Deno.test("a table of several clients tells them apart, as soon as there are two", () => {
  const table = new TableFormat({ width: 60, select: ["SrcPort"] });
  const print = (client: string, SrcPort: number) =>
    table.print({ schema: UDPSchema, client, message: create(UDPSchema, { SrcPort }) });
  assertEquals(print("alice", 1) + table.flush(), "SrcPort\n      1\n");
  assertEquals(print("bob", 2), "SrcPort  client\n      2  bob\n");
  assertEquals(print("alice", 3), "      3  alice\n");
});

Deno.test("records of several types are lines of their own", () => {
  const table = new TableFormat({ width: 75 });
  const print = (schema: DescMessage, message: Message) =>
    table.print({ schema, client: "x y", message });
  const udp = create(UDPSchema, { Timestamp, SrcPort: 1, Payload: Uint8Array.of(255) });
  const ip = create(IPv4Schema, { Timestamp, SrcIP: "192.0.2.1", TTL: 64 });
  const dns = create(DNSSchema, { Timestamp, QR: true, Answers: [{ TXTs: [] }] });
  assertEquals(
    print(UDPSchema, udp) + print(IPv4Schema, ip),
    "2020-09-13 12:26:40.123 x y UDP SrcPort=1 Payload=ff\n" +
      "2020-09-13 12:26:40.123 x y IPv4 SrcIP=192.0.2.1 TTL=64\n",
  );
  assertEquals(print(DNSSchema, dns), "2020-09-13 12:26:40.123 x y DNS QR=true Answers={}\n");
  assertEquals(
    print(DNSSchema, DNS[0]!),
    "2020-09-13 12:26:40.123 x y DNS SrcIP=192.0.2.1 DstIP=198.51.100.200 SrcPo…\n",
  );
});

Deno.test("no line is wider than the terminal, nor has it unprintable characters", () => {
  const records = randomRecords(9, 6);
  for (const width of [40, 80, 200]) {
    for (const { schema } of records.filter((_, n) => n % 6 === 0)) {
      const messages = records.filter((record) => record.schema === schema)
        .map(({ message }) => message);
      const text = tableOf(schema, messages, { width });
      for (const line of text.split("\n")) {
        assertEquals(displayWidth(line) <= width, true, `${schema.name} ${width}: ${line}`);
        assertEquals(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), false, line);
      }
    }
    const mixed = new TableFormat({ width });
    const lines = records.map((record) => mixed.print({ ...record, client: "漢\x1b" })).join("");
    for (const line of lines.split("\n")) assertEquals(displayWidth(line) <= width, true, line);
  }
});
