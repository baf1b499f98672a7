import { assert, assertEquals } from "@std/assert";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { typeNumber } from "../../lib/base/record/record_types.ts";
import { checkSessionBatch, packedPart } from "../../lib/verify/check_session_batch.ts";
import { CompactMaker } from "../../lib/verify/compact_parts.ts";
import { officeBatch } from "./office_batch.ts";

const BATCH = officeBatch();

/** The level at which zlib packs a part of the batch to what is stored of it, of those that are asked for. */
function levelOf(maker: CompactMaker, part = 0): number | undefined {
  const checked = checkSessionBatch(BATCH, maker).parts[part];
  assert(checked && !("refused" in checked));
  const { body, recordBytes } = packedPart(checked);
  const records = inflateRawSync(body);
  assertEquals(records.length, recordBytes);
  return [1, 2, 6].find((level) => deflateRawSync(records, { level }).equals(body));
}

Deno.test("the records of compact batches are packed small while there are few, quickly while there are many", () => {
  let nowMs = 0;
  const maker = new CompactMaker(() => nowMs);
  assertEquals(levelOf(maker), 6);
  for (let batches = 0; batches < 400; batches++) levelOf(maker);
  assertEquals(levelOf(maker), 2);
  assertEquals(levelOf(maker, BATCH.parts.findIndex(({ type }) => type === typeNumber("TCP"))), 1);
  nowMs += 900; // a second's worth is owed
  assertEquals(levelOf(maker), 2);
  nowMs += 1500;
  assertEquals(levelOf(maker), 6);
});
