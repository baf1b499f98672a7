import { assert, assertEquals } from "@std/assert";
import { create, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { TopValues } from "../../../lib/write/query/top_values.ts";
import {
  ConnectionSchema,
  DNSSchema,
  type OSPFv2,
  OSPFv2Schema,
  TCPSchema,
  UDPSchema,
} from "../../../proto/gen/netcap_pb.ts";
import { randomNumbers } from "../../base/random_numbers.ts";

function count(values: TopValues, schema: DescMessage, records: readonly Message[]): void {
  const binding = values.bind(schema);
  assert("count" in binding, "problem" in binding ? binding.problem : "");
  for (const record of records) {
    const wire = toBinary(schema, record);
    binding.count(wire, 0, wire.length);
  }
}

Deno.test("records are counted by a field's values, over several types, most frequent first", () => {
  const values = new TopValues(["DstPort"]);
  const ports = [53, 443, 53, 0, 123, 53, 443];
  count(values, UDPSchema, ports.map((DstPort) => create(UDPSchema, { DstPort })));
  count(values, TCPSchema, [443, 443, 80].map((DstPort) => create(TCPSchema, { DstPort })));
  const { top, distinct, other, fields } = values.top(3);
  assertEquals(top, [
    { values: [443], count: 4 },
    { values: [53], count: 3 },
    { values: [0], count: 1 },
  ]);
  assertEquals([distinct, other, fields.map(({ name }) => name)], [5, 0, ["DstPort"]]);
});

Deno.test("several fields are counted together, and lists value by value", () => {
  const values = new TopValues(["SrcIP", "Questions.Type", "QR"]);
  count(values, DNSSchema, [
    create(DNSSchema, { SrcIP: "::1", Questions: [{ Type: 1 }, { Type: 28 }, { Type: 1 }] }),
    create(DNSSchema, { SrcIP: "::1", Questions: [], QR: true }),
  ]);
  assertEquals(values.top(9).top, [
    { values: ["::1", 1, false], count: 2 },
    { values: ["::1", 28, false], count: 1 },
    { values: ["::1", 0, true], count: 1 },
  ]);
});

Deno.test("the values are those that protobuf-es decodes", () => {
  const below = randomNumbers(3);
  const records = Array.from({ length: 500 }, () =>
    create(OSPFv2Schema, {
      Authentication: BigInt(below(4)) * -(2n ** 61n),
      HelloV2: below(2) === 1 ? { NeighborID: [below(3), 2 ** 32 - 1] } : undefined,
    }));
  const values = new TopValues(["Authentication", "HelloV2.NeighborID"]);
  count(values, OSPFv2Schema, records);
  const expected = new Map<string, number>();
  for (const record of records) {
    const { Authentication, HelloV2 } = fromBinary(
      OSPFv2Schema,
      toBinary(OSPFv2Schema, record),
    ) as OSPFv2;
    for (const neighbor of HelloV2?.NeighborID ?? [0]) {
      const key = `${Authentication} ${neighbor}`;
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
  }
  const counted = values.top(1000).top.map(({ values, count }) => [values.join(" "), count]);
  assertEquals(new Map(counted as [string, number][]), expected);
});

Deno.test("beyond its bounds it counts known values exactly, and all others together", () => {
  // Keys are a length and a varint: 1 byte for 0, 127 keys of 2 bytes, 1915 of 3 are 6000 bytes.
  const limits = [[{ maxKeys: 2000, maxBytes: 1e6 }, 2000], [
    { maxKeys: 1e6, maxBytes: 6000 },
    2043,
  ]];
  for (const [limit, expected] of limits as [{ maxKeys: number; maxBytes: number }, number][]) {
    const values = new TopValues(["SeqNum"], undefined, limit);
    const numbers = Array.from({ length: 6000 }, (_, i) => i < 4000 ? i % 2000 : i);
    count(values, TCPSchema, numbers.map((SeqNum) => create(TCPSchema, { SeqNum })));
    const { top, distinct, other } = values.top(5000);
    assertEquals(distinct, expected);
    assertEquals(top.filter(({ count }) => count === 2).length, 2000);
    assertEquals(top.reduce((all, { count }) => all + count, 0) + other, numbers.length);
  }
});

Deno.test("a type without the field, or with something else in it, is told", () => {
  const problem = (names: string[], ...schemas: DescMessage[]) => {
    const values = new TopValues(names);
    const binding = schemas.map((schema) => values.bind(schema)).at(-1)!;
    return "problem" in binding ? binding.problem : undefined;
  };
  assertEquals(problem(["srcIP"], UDPSchema), 'UDP has no field "srcIP"; the nearest is "SrcIP"');
  assertEquals(
    problem(["Options"], TCPSchema),
    'TCP has no values in "Options": wanted a field within it',
  );
  assertEquals(
    problem(["DstPort"], UDPSchema, ConnectionSchema),
    'Connection has values of another type in "DstPort"',
  );
});

Deno.test("damaged records are counted for what can be read of them, without exception", () => {
  const values = new TopValues(["SrcIP", "DstPort"]);
  const binding = values.bind(UDPSchema);
  assert("count" in binding);
  const wire = toBinary(UDPSchema, create(UDPSchema, { DstPort: 53, SrcIP: "192.0.2.1" }));
  for (let end = 0; end <= wire.length; end++) binding.count(wire, 0, end);
  const counted = values.top(100).top.reduce((all, { count }) => all + count, 0);
  assertEquals(counted, wire.length + 1);
});

Deno.test("a field is added up for each value of others; what is no number cannot be", () => {
  const values = new TopValues(["SrcIP"], "TotalSize");
  const records = [["a", 70], ["b", 100], ["a", 40], ["c", 0]] as const;
  count(
    ...[values, ConnectionSchema] as const,
    records.map(([SrcIP, TotalSize]) => create(ConnectionSchema, { SrcIP, TotalSize })),
  );
  assertEquals(values.top(9).top, [
    { values: ["a"], count: 110 },
    { values: ["b"], count: 100 },
    { values: ["c"], count: 0 },
  ]);
  const wide = new TopValues(["SrcIP"], "BytesClientToServer");
  count(wide, ConnectionSchema, [create(ConnectionSchema, { BytesClientToServer: 2n ** 40n })]);
  assertEquals(wide.top(1).top[0]?.count, 2 ** 40);
  for (const sum of ["DstIP", "Nothing"]) {
    assertEquals("count" in new TopValues(["SrcIP"], sum).bind(ConnectionSchema), false, sum);
  }
});
