/** The worked example of a compact batch in docs/protocol.md: what our sensor makes of its packets. */
import { assert, assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import { concat, encodeHex, parseHex } from "../../lib/base/bytes/bytes.ts";
import { walkRecords } from "../../lib/base/record/delimited.ts";
import { LinkType } from "../../lib/capture/link_type.ts";
import { Dissector } from "../../lib/decode/dissect.ts";
import { DECODERS } from "../../lib/decode/registry.ts";
import type { Batch } from "../../lib/gather/batch.ts";
import { Batches } from "../../lib/gather/batches.ts";
import { CompactBatches } from "../../lib/gather/compact/compact_batches.ts";
import { COMPACT_TYPES } from "../../lib/gather/compact/record_types.ts";
import { RecordBuffers } from "../../lib/gather/record_buffers.ts";
import { unpackCompact } from "../../lib/pack/compact_body.ts";
import { CompactRecords } from "../../lib/verify/compact_records.ts";
import { exampleUnder } from "./worked_example.ts";

const EXAMPLE = exampleUnder("Worked example of a compact batch");
const RECORD_OPTIONS = { payload: false, context: true, entropy: false };
/** As docs/protocol.md names the columns. */
const COLUMNS = [
  ...["row", "change", "time", "length", "id", "flags", "seq", "ack", "window", "stamp", "echo"],
  ...["rest", "flow", "record"],
];
/** What stands in front of the columns. */
const HEAD = "head";
const PACKETS = [...EXAMPLE.keys()].filter((name) => name.startsWith("packet "))
  .map((name) => {
    const match = /^packet \d+, (\d+)\.(\d{9})$/.exec(name);
    assert(match, name);
    return { bytes: bytesOf(name), sec: Number(match[1]), nsec: Number(match[2]) };
  });

function bytesOf(name: string): Uint8Array {
  const hex = EXAMPLE.get(name);
  assert(hex !== undefined, `a value ${name}`);
  return parseHex(hex)!;
}

function dissect(dissector: Dissector): void {
  for (const { bytes, sec, nsec } of PACKETS) {
    dissector.packet(bytes, 0, bytes.length, bytes.length, sec, nsec, LinkType.Ethernet);
  }
}

/** What stands in the columns of the example and in its sums. */
function exampleData(): Uint8Array {
  return concat([HEAD, ...COLUMNS, "sums"].map(bytesOf));
}

Deno.test("the example's columns are what a sensor makes of its packets", () => {
  const closed: Batch[] = [];
  const batches = new Batches(1 << 16, () => {});
  const compact = new CompactBatches(
    batches,
    { isWanted: () => true, hasContext: true },
    (batch) => closed.push(batch),
  );
  compact.switchOn();
  dissect(new Dissector(DECODERS, compact, RECORD_OPTIONS, () => true, [], compact));
  compact.closeAll();
  assertEquals(closed.length, 1);
  const { data } = closed[0]!;
  let at = 0;
  const found = [HEAD, ...COLUMNS, "sums"].map((name) => {
    const { length } = bytesOf(name);
    return `${name}: ${encodeHex(data.subarray(at, at += length))}`;
  });
  const expected = [HEAD, ...COLUMNS, "sums"].map((name) => `${name}: ${EXAMPLE.get(name)}`);
  assertEquals(found, expected);
  assertEquals(at, data.length);
});

Deno.test("the example's body unpacks to its columns and sums, with the checksum that is said", () => {
  const data = exampleData();
  const { length } = bytesOf("sums");
  assertEquals(unpackCompact(bytesOf("body"), data.length), { bytes: data, sumBytes: length });
  const checksum = new DataView(new ArrayBuffer(4));
  checksum.setUint32(0, crc32(data), true);
  assertEquals(encodeHex(new Uint8Array(checksum.buffer)), EXAMPLE.get("CRC-32"));
});

Deno.test("the example's columns become the records that decoders make of its packets", () => {
  const direct = new RecordBuffers();
  dissect(new Dissector(DECODERS, direct, RECORD_OPTIONS));
  const maker = new CompactRecords();
  const counts = maker.make(exampleData(), bytesOf("sums").length);
  for (const type of COMPACT_TYPES) {
    const records = direct.records(type);
    assertEquals(encodeHex(maker.records(type)), encodeHex(records));
    assertEquals(counts?.get(type) ?? 0, walkRecords(records, () => {}).count);
  }
});
