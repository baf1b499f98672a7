import { splitRecords } from "../base/record/delimited.ts";
import { inflateRaw } from "../pack/gzip.ts";
import { type CheckedSessionBatch, packedPart } from "./check_session_batch.ts";

/** Encoded records of one type. */
export interface RecordsOfPart {
  /** Number of the type. */
  readonly type: number;
  /** In the order in which they were made. */
  readonly records: readonly Uint8Array[];
}

/**
 * The records of a batch, for a store that keeps them its own way: what is refused of it has none. The
 * batch lets go of each part when the next one is asked for, so take all of them.
 */
export function* takeRecords({ parts }: CheckedSessionBatch): Generator<RecordsOfPart, void> {
  for (const part of parts) {
    if ("refused" in part) continue;
    const { body, recordBytes } = packedPart(part);
    const unpacked = inflateRaw(body, recordBytes, recordBytes);
    if ("refusal" in unpacked) throw new TypeError("A batch was checked, and is damaged now");
    yield { type: part.type, records: splitRecords(unpacked.bytes) };
    if ("of" in part) part.of.written(part.type);
  }
}
