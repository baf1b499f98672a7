import { deflateRawSync } from "node:zlib";
import type { PackedBatch } from "../../lib/pack/packed_batch.ts";
import { packedBatch } from "../../lib/pack/packed_batch.ts";

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

/** A batch as a sensor makes it, of framed records. */
export function packed(type: number, count: number, data: Uint8Array<ArrayBuffer>): PackedBatch {
  return packedBatch({ type, count, data }, new Uint8Array(deflateRawSync(data)), false);
}
