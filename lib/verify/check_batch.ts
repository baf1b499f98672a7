import { walkRecords } from "../base/record/delimited.ts";
import { recordSchema } from "../base/record/record_schemas.ts";
import { isMadeByCollector } from "../base/record/record_types.ts";
import { parseBatchMessage } from "../pack/batch_message.ts";
import { TimeRange } from "../pack/record_time.ts";
import { isHeaderRecord, isMessage } from "./wire_form.ts";

/** Why a batch is refused. */
export type BatchRefusal =
  | "not a batch"
  | "unknown type"
  | "no records"
  | "broken framing"
  | "broken record";

/** A batch whose every record has been looked at. */
export interface CheckedBatch {
  /** As the sender gave it: not a file name. */
  readonly clientId: string;
  readonly type: number;
  readonly count: number;
  /** The framed records; a leading file header has been taken off. */
  readonly records: Uint8Array;
  /** Smallest and largest time of the records, nanoseconds since 1970; 0 when they have none. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  readonly containsPayloads: boolean;
}

/**
 * Checks an unpacked `Batch` message: a known record type, whole frames, each a well-formed
 * protobuf message. An agent of the original puts a file header in front of its first batch of a
 * type: that one is no record.
 */
export function checkBatch(
  message: Uint8Array,
): { readonly batch: CheckedBatch } | { readonly refusal: BatchRefusal } {
  const parsed = parseBatchMessage(message);
  if (!parsed) return { refusal: "not a batch" };
  const type: number = parsed.MessageType;
  if (!recordSchema(type) || isMadeByCollector(type)) return { refusal: "unknown type" };

  const { Data: data } = parsed;
  let recordsAt = 0;
  let count = 0;
  let isWellFormed = true;
  const times = new TimeRange();
  const framing = walkRecords(data, (at, end) => {
    if (count === 0 && recordsAt === 0 && isHeaderRecord(data, at, end, type)) {
      recordsAt = end;
      return;
    }
    count++;
    isWellFormed &&= isMessage(data, at, end);
    times.add(data, at, end);
  });
  if (framing.problem) return { refusal: "broken framing" };
  if (!isWellFormed) return { refusal: "broken record" };
  if (count === 0) return { refusal: "no records" };
  return {
    batch: {
      clientId: parsed.ClientID,
      type,
      count,
      records: data.subarray(recordsAt),
      firstTime: times.first,
      lastTime: times.last,
      containsPayloads: parsed.ContainsPayloads,
    },
  };
}
