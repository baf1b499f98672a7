import { crc32 } from "node:zlib";
import { walkRecords } from "../base/delimited.ts";
import { recordSchema } from "../base/record_types.ts";
import { digestOf } from "../pack/digest.ts";
import { inflateRaw } from "../pack/gzip.ts";
import type { NumberedBatch } from "../transport/session_message.ts";
import { isMessage } from "./wire_form.ts";

/** Why a batch of a session is refused; the numbers stand in record files (docs/protocol.md). */
export const RefusalReason = {
  UnknownType: 1,
  /** What it carries is not one whole deflate stream. */
  Damaged: 2,
  /** It unpacks to more than it says, or to more than any batch may. */
  TooLarge: 3,
  /** It unpacks to other bytes than it says. */
  Mismatch: 4,
  /** The lengths of its records do not add up. */
  Framing: 5,
  /** It holds another number of records than it says, or none. */
  Count: 6,
  /** A record is no protobuf message. */
  Record: 7,
} as const;

/** What is said of these reasons. */
export const REFUSAL_WORDS: Readonly<Record<number, string>> = {
  [RefusalReason.UnknownType]: "its records are of no known type",
  [RefusalReason.Damaged]: "it cannot be unpacked",
  [RefusalReason.TooLarge]: "it unpacks to more than it says",
  [RefusalReason.Mismatch]: "it unpacks to something else than it says",
  [RefusalReason.Framing]: "the lengths of its records do not add up",
  [RefusalReason.Count]: "it holds another number of records than it says",
  [RefusalReason.Record]: "one of its records is no message",
};

/**
 * A batch of a session whose content has been checked: to be stored, or refused for a reason, which is
 * stored too.
 */
export interface CheckedSessionBatch extends NumberedBatch {
  /** 0 when it is to be stored, else one of {@linkcode RefusalReason}: then it holds nothing. */
  readonly reason: number;
  /** The first 8 bytes of the SHA-256 of the framed records; of a refused one, of what it carried. */
  readonly digest: Uint8Array;
}

/** No batch holds more bytes of records: a batch of 1 MiB, or one record of as much. */
const MAX_RECORD_BYTES = 2 << 20;

/** Unpacks a batch and looks at everything that it says of itself, but the times that it claims. */
export function checkSessionBatch(batch: NumberedBatch): CheckedSessionBatch {
  const { type, count, crc, recordBytes, body } = batch;
  if (!recordSchema(type)) return refused(batch, RefusalReason.UnknownType);
  const limit = Math.min(recordBytes, MAX_RECORD_BYTES);
  const unpacked = inflateRaw(body, limit, limit);
  if ("refusal" in unpacked) {
    return refused(
      batch,
      unpacked.refusal === "too large" ? RefusalReason.TooLarge : RefusalReason.Damaged,
    );
  }
  const { bytes: records } = unpacked;
  if (records.length !== recordBytes || crc32(records) !== crc) {
    return refused(batch, RefusalReason.Mismatch);
  }
  let isWellFormed = true;
  const framing = walkRecords(records, (at, end) => {
    isWellFormed &&= end > at && isMessage(records, at, end);
  });
  if (framing.problem) return refused(batch, RefusalReason.Framing);
  if (framing.count !== count || count === 0) return refused(batch, RefusalReason.Count);
  if (!isWellFormed) return refused(batch, RefusalReason.Record);
  return { ...batch, reason: 0, digest: digestOf(records) };
}

function refused(batch: NumberedBatch, reason: number): CheckedSessionBatch {
  return {
    ...batch,
    reason,
    count: 0,
    crc: 0,
    recordBytes: 0,
    digest: digestOf(batch.body),
    body: new Uint8Array(0),
  };
}
