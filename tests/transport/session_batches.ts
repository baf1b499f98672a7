import type { PackedBatch } from "../../lib/pack/packed_batch.ts";

/** A batch with a body of that many bytes, which nobody unpacks. */
export function batchOf(type: number, bodyBytes: number): PackedBatch {
  return {
    type,
    count: 1,
    firstTime: 0n,
    lastTime: 0n,
    crc: 0,
    recordBytes: bodyBytes,
    containsPayloads: false,
    body: new Uint8Array(bodyBytes),
  };
}
