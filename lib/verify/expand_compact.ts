import type { Batch } from "../gather/batch.ts";
import { splitBatch } from "../gather/split_batch.ts";
import { unpackCompact } from "../pack/compact_body.ts";
import { deflateRaw } from "../pack/gzip.ts";
import { type PackedBatch, packedBatch } from "../pack/packed_batch.ts";
import { CompactRecords } from "./compact_records.ts";

/** Of the records in a batch, as a sensor makes them unless it is told otherwise. */
const MAX_BATCH_BYTES = 131_072;

/**
 * The records that a compact batch of this build stands for, in batches of one type each, by ascending
 * type: what a collector of the first release takes.
 *
 * @param maxBytes Of the records in a batch, but for a single one that is longer.
 * @throws TypeError When the batch is damaged.
 */
export function expandCompact(batch: PackedBatch, maxBytes = MAX_BATCH_BYTES): PackedBatch[] {
  const unpacked = unpackCompact(batch.body, batch.recordBytes);
  const records = new CompactRecords();
  if ("refusal" in unpacked || !records.make(unpacked.bytes, unpacked.sumBytes)) {
    throw new TypeError("Cannot make records of a compact batch that is damaged");
  }
  return batch.parts.flatMap(({ type, count }) =>
    split({ type, count, data: records.records(type) }, maxBytes)
      .map((each) => packedBatch(each, deflateRaw(each.data), batch))
  );
}

function split(batch: Batch, maxBytes: number): Batch[] {
  if (batch.data.length <= maxBytes || batch.count < 2) return [batch];
  return splitBatch(batch).flatMap((half) => split(half, maxBytes));
}
