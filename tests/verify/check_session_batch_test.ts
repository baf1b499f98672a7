import { assertEquals } from "@std/assert";
import { concat } from "../../lib/base/bytes/bytes.ts";
import { checkSessionBatch, RefusalReason } from "../../lib/verify/check_session_batch.ts";
import { MadeRecords } from "../../lib/verify/compact_parts.ts";
import type { NumberedBatch } from "../../lib/transport/session/session_batch.ts";
import { Type } from "../../proto/gen/netcap_pb.ts";
import { batchOf, digestOf, FRAMED } from "./delimited_batch.ts";

const MADE = new MadeRecords(() => 0);
Deno.test("a batch that holds what it says is to be stored as it came", () => {
  const records = concat([FRAMED, FRAMED]);
  const batch = batchOf(records, { count: 2 });
  const { sequence, minute, containsPayloads, firstTime, lastTime, crc, recordBytes, body } = batch;
  const expected = {
    ...{ sequence, minute, containsPayloads, firstTime, lastTime },
    reason: 0,
    digest: digestOf(body),
    claims: [{ type: Type.NC_UDP, count: 2 }],
    parts: [{ type: Type.NC_UDP, count: 2, crc, recordBytes, body, isAlone: true }],
  };
  assertEquals(checkSessionBatch(batch, MADE), expected);
  assertEquals(checkSessionBatch({ ...batch, digest: digestOf(body) }, MADE), expected);
});

Deno.test("a batch of a type that is not taken of its sensor is refused for that, whatever it holds", () => {
  const { Unwanted } = RefusalReason;
  const batches = [batchOf(FRAMED), batchOf(FRAMED, { body: new Uint8Array(40) })];
  for (const batch of batches) {
    const checked = checkSessionBatch(batch, MADE, [Type.NC_TCP]);
    assertEquals([checked.reason, checked.parts, checked.claims], [Unwanted, [], batch.parts]);
  }
  assertEquals(checkSessionBatch(batches[0]!, MADE, [Type.NC_TCP, Type.NC_UDP]).reason, 0);
});

Deno.test("a batch that says something else than it holds is refused for a reason", () => {
  const { Damaged, TooLarge, Mismatch, Framing, Count, Record, UnknownType, Digest } =
    RefusalReason;
  const whole = batchOf(FRAMED);
  const bomb = new Uint8Array(9 << 20);
  const cases: [string, number, NumberedBatch][] = [
    ["no record type", UnknownType, batchOf(FRAMED, { type: Type.NC_Header })],
    ["a row of a collector's books", UnknownType, batchOf(FRAMED, { type: Type.NC_CollectorSpan })],
    ["a type of the future", UnknownType, batchOf(FRAMED, { type: 0xffff_ffff })],
    ["no deflate stream", Damaged, batchOf(FRAMED, { body: new Uint8Array(40).fill(0xff) })],
    ["half of one", Damaged, batchOf(FRAMED, { body: whole.body.subarray(0, -2) })],
    ["two of them", Damaged, batchOf(FRAMED, { body: concat([whole.body, whole.body]) })],
    ["more than it says", TooLarge, batchOf(FRAMED, { recordBytes: FRAMED.length - 1 })],
    ["a bomb", TooLarge, batchOf(bomb)],
    ["less than it says", Mismatch, batchOf(FRAMED, { recordBytes: FRAMED.length + 1 })],
    ["another checksum", Mismatch, batchOf(FRAMED, { crc: 1 })],
    ["a record cut short", Framing, batchOf(FRAMED.subarray(0, -1))],
    ["two records for one", Count, batchOf(concat([FRAMED, FRAMED]))],
    ["two MiB and one record", TooLarge, batchOf(new Uint8Array((2 << 20) + 1))],
    ["an empty record", Record, batchOf(Uint8Array.of(0))],
    ["no record", Count, batchOf(new Uint8Array(0), { count: 0 })],
    ["a record that is no message", Record, batchOf(Uint8Array.of(2, 0x08, 0xff))],
    ["the digest of the records", Digest, batchOf(FRAMED, { digest: digestOf(FRAMED) })],
  ];
  for (const [what, reason, batch] of cases) {
    const checked = checkSessionBatch(batch, MADE);
    assertEquals([checked.reason, checked.parts], [reason, []], what);
    assertEquals([checked.sequence, checked.digest], [9n, digestOf(batch.body)], what);
  }
});

Deno.test("of a sealed batch what it held is looked at and stored; its digest is of what came", () => {
  const batch = batchOf(FRAMED);
  const sealed = Uint8Array.of(1, 2, 3);
  const digest = digestOf(sealed);
  const came = { ...batch, isSealed: true, body: sealed, digest };
  const { type, count } = { type: Type.NC_UDP, count: 1 };
  const { crc, recordBytes, body } = batch;
  const stored = checkSessionBatch({ ...came, opened: body }, MADE);
  assertEquals([stored.reason, stored.digest], [0, digest]);
  assertEquals(stored.parts, [{ type, count, crc, recordBytes, body, isAlone: true }]);
  const { Damaged, Digest, Sealed } = RefusalReason;
  const reasons = [
    { ...came, opened: Uint8Array.of(0xff) },
    { ...came, opened: body, digest: digestOf(body) },
    { ...came, digest: digestOf(body) },
    came,
  ].map((each) => checkSessionBatch(each, MADE).reason);
  assertEquals(reasons, [Damaged, Digest, Digest, Sealed]);
});
