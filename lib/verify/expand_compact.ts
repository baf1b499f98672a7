import type { Batch } from "../gather/batch.ts";
import { splitBatch } from "../gather/split_batch.ts";
import { unpackCompact } from "../pack/compact_body.ts";
import { deflateRaw } from "../pack/gzip.ts";
import { type PackedBatch, packedBatch } from "../pack/packed_batch.ts";
import { CompactRecords } from "./compact_records.ts";

/** Of the records in a batch, as a sensor makes them unless it is told otherwise. */
const MAX_BATCH_BYTES = 131_072;

/**
 * Makes what turns a compact batch of this build into batches of one type each, by ascending type: what a
 * collector of the first release takes. It throws a `TypeError` when the batch is damaged.
 *
 * @param maxBytes Of the records in a batch, but for a single one that is longer.
 */
export function compactExpander(
  maxBytes = MAX_BATCH_BYTES,
): (batch: PackedBatch) => PackedBatch[] {
  const records = new CompactRecords();
  return (batch) => {
    const unpacked = unpackCompact(batch.body, batch.recordBytes);
    if ("refusal" in unpacked || !records.make(unpacked.bytes, unpacked.sumBytes)) {
      throw new TypeError("Cannot make records of a compact batch that is damaged");
    }
    return batch.parts.flatMap(({ type, count }) =>
      split({ type, count, data: records.records(type) }, maxBytes)
        .map((each) => packedBatch(each, deflateRaw(each.data), batch))
    );
  };
}

function split(batch: Batch, maxBytes: number): Batch[] {
  if (batch.data.length <= maxBytes || batch.count < 2) return [batch];
  return splitBatch(batch).flatMap((half) => split(half, maxBytes));
}
