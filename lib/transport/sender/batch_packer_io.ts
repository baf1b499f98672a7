import { Allowance } from "../../base/wait/allowance.ts";
import { type Batch, isCompact } from "../../gather/batch.ts";
import { deflateRaw, deflateRawSmall } from "../../pack/gzip.ts";
import { type PackedBatch, packedBatch, packedCompactBatch } from "../../pack/packed_batch.ts";

/** Batches a second that are packed small, as long as there are no more, which costs 2 ms for each. */
const SMALL_BATCHES = 10;
/** Where no headers are sent: who does without them has a thin line. */
const SMALL_BATCHES_WITHOUT_HEADERS = 100;
const MINUTE_MS = 60_000;

/** Packs batches for a session, small as long as there are few of them. */
export class BatchPacker {
  readonly #containsPayloads: boolean;
  readonly #smallBatches: Allowance;

  /**
   * @param containsPayloads Whether records may hold payload bytes.
   * @param sendsHeaders Whether there are records of packets' headers.
   */
  constructor(containsPayloads: boolean, sendsHeaders: boolean) {
    this.#containsPayloads = containsPayloads;
    this.#smallBatches = new Allowance(
      sendsHeaders ? SMALL_BATCHES : SMALL_BATCHES_WITHOUT_HEADERS,
    );
  }

  /** The batch as it is sent; its data are the caller's again. */
  async pack(batch: Batch): Promise<PackedBatch> {
    const said = {
      minute: Math.floor(Date.now() / MINUTE_MS),
      containsPayloads: this.#containsPayloads,
    };
    if (isCompact(batch)) return packedCompactBatch(batch, said);
    const body = this.#smallBatches.spend(1, performance.now())
      ? await deflateRawSmall(batch.data)
      : deflateRaw(batch.data);
    return packedBatch(batch, body, said);
  }
}
