import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { recordSchema } from "../../../lib/base/record/record_schemas.ts";
import { RECORD_TYPES, typeName, typeNumber } from "../../../lib/base/record/record_types.ts";
import { DNSSchema, TCPSchema } from "../../../proto/gen/netcap_pb.ts";

// Numbers of schema.md, section 3; that all of them agree is shown by tests/proto.
const RECORDS = {
  Connection: 3,
  Ethernet: 7,
  ARP: 8,
  TCP: 38,
  DNS: 41,
  DHCPv4: 47,
  IPProfile: 101,
};
const PARTS = { Header: 0, Batch: 1, IPv4Option: 30, ICMPv6Option: 36, TCPOption: 39 };

Deno.test("record types are named without the prefix of the enum, and found by that name", () => {
  for (const [name, number] of Object.entries({ ...RECORDS, ...PARTS })) {
    assertEquals(typeName(number), name);
    assertEquals(typeNumber(name), number);
  }
});

Deno.test("an unknown number stands for itself; an unknown name is a mistake of ours", () => {
  assertEquals(typeName(2), "2");
  assertEquals(typeName(100_000), "100000");
  assertThrows(() => typeNumber("NC_TCP"), TypeError, 'No record type has the name "NC_TCP"');
  assertThrows(() => typeNumber("tcp"), TypeError);
});

Deno.test("records have a schema; their parts, the header and the batch do not", () => {
  assertStrictEquals(recordSchema(RECORDS.TCP), TCPSchema);
  assertStrictEquals(recordSchema(RECORDS.DNS), DNSSchema);
  for (const number of Object.values(RECORDS)) {
    assertEquals(recordSchema(number)?.name, typeName(number));
    assertEquals(RECORD_TYPES.includes(number), true);
  }
  for (const number of [...Object.values(PARTS), -1, 2, 100_000]) {
    assertEquals(recordSchema(number), undefined, `${number}`);
    assertEquals(RECORD_TYPES.includes(number), false);
  }
});

Deno.test("record types are listed in ascending order", () => {
  assertEquals(RECORD_TYPES, RECORD_TYPES.toSorted((a, b) => a - b));
  assertEquals(new Set(RECORD_TYPES).size, RECORD_TYPES.length);
});
