import { assert, assertEquals } from "@std/assert";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  checkSessionBatch,
  packedPart,
  writtenPart,
} from "../../lib/verify/check_session_batch.ts";
import { MadeRecords } from "../../lib/verify/compact_parts.ts";
import { officeBatch } from "./office_batch.ts";

const BATCH = officeBatch();

/** Whether zlib packs a part of the batch to what is stored of it, at the level that CompressionStream has. */
function isSmall(made: MadeRecords, part = 0): boolean {
  const checked = checkSessionBatch(BATCH, made).parts[part];
  assert(checked && !("refused" in checked));
  const { body, recordBytes } = packedPart(checked);
  const records = inflateRawSync(body);
  assertEquals(records.length, recordBytes);
  return deflateRawSync(records, { level: 6 }).equals(body);
}

Deno.test("the records of compact batches are packed small while there are few, quickly while there are many", () => {
  let nowMs = 0;
  const made = new MadeRecords(() => nowMs);
  assert(isSmall(made));
  for (let batches = 0; batches < 400; batches++) isSmall(made);
  assert(!isSmall(made));
  nowMs += 900; // a second's worth is owed
  assert(!isSmall(made));
  nowMs += 1500;
  assert(isSmall(made));
});

Deno.test("a compact batch gives its body back when the last of its parts is written, not before", () => {
  const batch = { ...BATCH, body: BATCH.body.slice() };
  const { parts } = checkSessionBatch(batch, new MadeRecords(() => 0));
  const lengths = parts.map((part) => {
    writtenPart(part);
    return batch.body.length;
  });
  assertEquals(lengths, parts.map((_, n) => n < parts.length - 1 ? BATCH.body.length : 0));
});

Deno.test("what is packed quickly is no larger than what zlib makes at its fastest", () => {
  const made = new MadeRecords(() => 0);
  for (let batches = 0; batches < 400; batches++) isSmall(made);
  for (const part of checkSessionBatch(BATCH, made).parts) {
    const { body } = packedPart(part);
    const least = deflateRawSync(inflateRawSync(body), { level: 1 });
    assert(body.length <= least.length, `${body.length} of ${least.length} bytes`);
  }
});
