import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { assertEquals } from "@std/assert";
import type { ExportedRecord } from "../../../../lib/write/export/line_format.ts";
import {
  type HeldLimits,
  JoinedRecords,
} from "../../../../lib/write/export/mapped/joined_records.ts";
import { JOINED_DNS, JOINED_TLS } from "../../../../lib/write/export/mapped/record_joins.ts";
import type { PrintedRecord } from "../../../../lib/write/read/printed_record.ts";
import {
  type DNS,
  DNSSchema,
  TLSClientHelloSchema,
  TLSServerHelloSchema,
} from "../../../../proto/gen/netcap_pb.ts";

const SECOND = 1_000_000_000n;
const HOSTS = { SrcIP: "192.0.2.1", SrcPort: 4000, DstIP: "192.0.2.53", DstPort: 53 };
const BACK = { SrcIP: "192.0.2.53", SrcPort: 53, DstIP: "192.0.2.1", DstPort: 4000 };

function dns(init: MessageInitShape<typeof DNSSchema>, client = "a"): PrintedRecord {
  const Questions = [{ Name: new TextEncoder().encode("Example.test"), Type: 1, Class: 1 }];
  return { schema: DNSSchema, client, message: create(DNSSchema, { Questions, ...init }) };
}

const query = (ID: number, at = 0n, client = "a") =>
  dns({ ID, Timestamp: at * SECOND, ...HOSTS }, client);
const answer = (ID: number, at = 0n, client = "a") =>
  dns({ ID, QR: true, Timestamp: at * SECOND, ...BACK }, client);

const RECORD_BYTES = 100;

/** Joins records of 100 bytes each. */
function joined(limits?: HeldLimits) {
  const records = new JoinedRecords(ruleOf, limits);
  return {
    add: (record: PrintedRecord) => records.add(record, RECORD_BYTES),
    end: () => records.end(),
    held: () => records.held(),
  };
}

const ruleOf = (schema: unknown) => schema === DNSSchema ? JOINED_DNS : JOINED_TLS;
const shown = (lines: Iterable<ExportedRecord>) =>
  Array.from(
    lines,
    ({ parts }) =>
      Object.entries(parts!).map(([part, message]) => `${part} ${(message as DNS).ID}`).join(", "),
  );

Deno.test("JoinedRecords gives a line when it is whole, whichever record came first", () => {
  const records = joined();
  assertEquals(shown(records.add(query(1))), []);
  assertEquals(shown(records.add(answer(2))), []);
  assertEquals(shown(records.add(answer(1, 1n))), ["query 1, answer 1"]);
  assertEquals(shown(records.add(query(2, 1n))), ["answer 2, query 2"]);
  assertEquals(shown(records.end()), []);
});

Deno.test("JoinedRecords joins no records of other clients, and none of other questions", () => {
  const records = joined();
  assertEquals(shown(records.add(query(1))), []);
  assertEquals(shown(records.add(answer(1, 0n, "b"))), []);
  const other = dns({ ID: 1, QR: true, ...BACK, Questions: [{ Type: 28 }] });
  assertEquals(shown(records.add(other)), []);
  assertEquals(shown(records.end()).sort(), ["answer 1", "answer 1", "query 1"]);
});

Deno.test("JoinedRecords waits no longer for what should have come 30 seconds ago, by the records' times", () => {
  const records = joined();
  assertEquals(shown(records.add(query(1))), []);
  assertEquals(shown(records.add(query(2, 30n))), []);
  assertEquals(shown(records.add(query(3, 31n))), ["query 1"]);
  // Another client's clock says nothing.
  assertEquals(shown(records.add(query(4, 1000n, "b"))), []);
  assertEquals(shown(records.add(answer(2, 31n))), ["query 2, answer 2"]);
});

Deno.test("JoinedRecords gives a record that comes again a line of its own", () => {
  const records = joined();
  assertEquals(shown(records.add(query(1))), []);
  assertEquals(shown(records.add(query(1, 5n))), ["query 1"]);
  assertEquals(shown(records.add(answer(1, 6n))), ["query 1, answer 1"]);
  assertEquals(shown(records.end()), []);
});

for (const limits of [{ records: 3, bytes: 1000 }, { records: 1000, bytes: 399 }]) {
  Deno.test(`JoinedRecords holds ${limits.records} records and ${limits.bytes} bytes at most, the newest`, () => {
    const records = joined(limits);
    for (const id of [1, 2, 3]) assertEquals(shown(records.add(query(id))), []);
    assertEquals(shown(records.add(query(4))), ["query 1"]);
    assertEquals(shown(records.add(answer(2))), ["query 2, answer 2"]);
    assertEquals(Array.from(records.held(), ({ message }) => (message as DNS).ID), [3, 4]);
    assertEquals(shown(records.add(query(5))), []);
  });
}

Deno.test("JoinedRecords waits for a type that is read from another file, however far that one is behind", () => {
  const records = joined();
  const hello = (
    schema: typeof TLSClientHelloSchema | typeof TLSServerHelloSchema,
    id: bigint,
    at: bigint,
  ) => ({
    ...{ schema, client: "a" },
    message: create(schema, { ConnectionID: id, Timestamp: at * SECOND }),
  });
  for (let id = 1n; id <= 100n; id++) {
    assertEquals([...records.add(hello(TLSClientHelloSchema, id, 10n * id))], []);
  }
  let whole = 0;
  for (let id = 2n; id <= 100n; id++) {
    for (const { parts } of records.add(hello(TLSServerHelloSchema, id, 10n * id + 1n))) {
      if (Object.keys(parts!).length === 2) whole++;
    }
  }
  assertEquals(whole, 99);
  assertEquals([...records.end()], []); // the first client was given up when servers were 30 s further
});
