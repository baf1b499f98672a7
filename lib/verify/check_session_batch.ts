import { crc32 } from "node:zlib";
import { walkRecords } from "../base/record/delimited.ts";
import { recordSchema } from "../base/record/record_schemas.ts";
import { isMadeByCollector } from "../base/record/record_types.ts";
import { release } from "../base/bytes/release.ts";
import { equalBytes } from "../base/bytes/bytes.ts";
import { digestOf } from "../pack/digest.ts";
import { inflateRaw } from "../pack/gzip.ts";
import { NO_RECORDS, type PackedRecords } from "../pack/member.ts";
import { type BatchPart, Encoding } from "../pack/packed_batch.ts";
import { unpackCompact } from "../pack/compact_body.ts";
import { type CompactMaker, CompactParts } from "./compact_parts.ts";
import type { NumberedBatch } from "../transport/session/session_batch.ts";
import { COMPACT_TYPES } from "../gather/compact/record_types.ts";
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
  /** What it carries is not what its digest is of. */
  Digest: 8,
  /** It was sealed for another key, or is not as it was sealed. */
  Sealed: 9,
  /** Of a type that is not taken of its sensor. */
  Unwanted: 10,
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
  [RefusalReason.Digest]: "it carries something else than it says",
  [RefusalReason.Sealed]: "it is sealed, and none of this collector's keys opens it",
  [RefusalReason.Unwanted]: "its records are of a type that is not taken of this sensor",
};

/**
 * The records of one type of a checked batch, as they are stored or to be made; or why that part of it is
 * refused, one of {@linkcode RefusalReason}, its count being 0 then.
 */
export type CheckedPart =
  & BatchPart
  & (StoredRecords | { readonly of: CompactParts } | { readonly refused: number });

interface StoredRecords extends PackedRecords {
  /** Whether the buffer of their body holds nothing else, and is given back when they are stored. */
  readonly isAlone?: boolean;
}

/** A part's records as they are stored; made when they are asked for, of a compact batch. */
export function packedPart(part: CheckedPart): PackedRecords {
  if ("refused" in part) return NO_RECORDS;
  return "of" in part ? part.of.take(part.type) : part;
}

/** Gives back the memory of a part's records, which are on disk: nobody asks for them again. */
export function writtenPart(part: CheckedPart): void {
  if ("of" in part) part.of.written(part.type);
  else if ("isAlone" in part && part.isAlone) release(part.body);
}

/** Lets go of what is made for parts that are not to be stored: all but those with these numbers, from 1. */
export function releaseParts({ parts }: CheckedSessionBatch, stored: readonly number[]): void {
  parts.forEach((part, place) => {
    if ("of" in part && !stored.includes(place + 1)) part.of.written(part.type);
  });
}

/**
 * A batch of a session whose content has been checked: to be stored, or refused for a reason, which is
 * stored too.
 */
export interface CheckedSessionBatch
  extends
    Pick<NumberedBatch, "sequence" | "minute" | "containsPayloads" | "firstTime" | "lastTime"> {
  /** 0 when it is to be stored, else one of {@linkcode RefusalReason}. */
  readonly reason: number;
  /** Of the body as it came. */
  readonly digest: Uint8Array;
  /** What it holds, or says to hold if it is refused: types ascending, at least one. */
  readonly claims: readonly BatchPart[];
  /** What is to be stored, one for each of these; nothing of a refused one. */
  readonly parts: readonly CheckedPart[];
}

/** No batch holds more bytes of records: a batch of 1 MiB, or one record of as much. */
const MAX_RECORD_BYTES = 2 << 20;

/**
 * Unpacks a batch and looks at everything that it says of itself, but the times and the minute that it
 * claims.
 *
 * @param wantedTypes What is taken of its sensor, everything if undefined.
 */
export function checkSessionBatch(
  batch: NumberedBatch,
  maker: CompactMaker,
  wantedTypes?: readonly number[],
): CheckedSessionBatch {
  const digest = digestOf(batch.body);
  const { sequence, minute, containsPayloads, firstTime, lastTime } = batch;
  const isWanted = (type: number) => wantedTypes?.includes(type) ?? true;
  const checked = !batch.parts.some(({ type }) => isWanted(type))
    ? RefusalReason.Unwanted
    : batch.isSealed
    ? checkSealed(batch, digest, maker, isWanted)
    : check(batch, digest, maker, isWanted);
  const isRefused = typeof checked === "number";
  return {
    sequence,
    minute,
    containsPayloads,
    firstTime,
    lastTime,
    digest,
    claims: batch.parts,
    reason: isRefused ? checked : 0,
    parts: isRefused ? [] : checked,
  };
}

/** The digest is of what came, all else of what that held. */
function checkSealed(
  { opened, ...batch }: NumberedBatch,
  digest: Uint8Array,
  maker: CompactMaker,
  isWanted: (type: number) => boolean,
): CheckedPart[] | number {
  if (opened) return check({ ...batch, body: opened }, digest, maker, isWanted);
  const isAsSent = batch.digest && equalBytes(batch.digest, digest);
  return isAsSent ? RefusalReason.Sealed : RefusalReason.Digest;
}

function check(
  batch: NumberedBatch,
  digest: Uint8Array,
  maker: CompactMaker,
  isWanted: (type: number) => boolean,
): CheckedPart[] | number {
  return batch.encoding === Encoding.Compact
    ? checkCompact(batch, digest, maker, isWanted)
    : checkBody(batch, digest);
}

/** What is to be stored of a batch of delimited records, or why it is refused. */
function checkBody(batch: NumberedBatch, digest: Uint8Array): CheckedPart[] | number {
  const { parts, crc, recordBytes, body } = batch;
  const { type, count } = parts[0]!;
  if (!recordSchema(type) || isMadeByCollector(type)) return RefusalReason.UnknownType;
  if (batch.digest && !equalBytes(batch.digest, digest)) return RefusalReason.Digest;
  const limit = Math.min(recordBytes, MAX_RECORD_BYTES);
  const unpacked = inflateRaw(body, limit, limit);
  if ("refusal" in unpacked) {
    return unpacked.refusal === "too large" ? RefusalReason.TooLarge : RefusalReason.Damaged;
  }
  const { bytes: records } = unpacked;
  if (records.length !== recordBytes || crc32(records) !== crc) return RefusalReason.Mismatch;
  let isWellFormed = true;
  const framing = walkRecords(records, (at, end) => {
    isWellFormed &&= end > at && isMessage(records, at, end);
  });
  if (framing.problem) return RefusalReason.Framing;
  if (framing.count !== count || count === 0) return RefusalReason.Count;
  if (!isWellFormed) return RefusalReason.Record;
  return [{ type, count, recordBytes, crc, body, isAlone: true }];
}

/** The parts of a compact batch, which stays as it is, or why it is refused. */
function checkCompact(
  batch: NumberedBatch,
  digest: Uint8Array,
  maker: CompactMaker,
  isWanted: (type: number) => boolean,
): CheckedPart[] | number {
  const { parts, crc, recordBytes, body } = batch;
  const types = parts.map(({ type }) => type);
  if (!types.every((type) => COMPACT_TYPES.includes(type))) return RefusalReason.UnknownType;
  if (!batch.digest || !equalBytes(batch.digest, digest)) return RefusalReason.Digest;
  if (recordBytes > MAX_RECORD_BYTES) return RefusalReason.TooLarge;
  const unpacked = unpackCompact(body, recordBytes);
  if ("refusal" in unpacked) {
    return unpacked.refusal === "too large" ? RefusalReason.TooLarge : RefusalReason.Damaged;
  }
  if (crc32(unpacked.bytes) !== crc) return RefusalReason.Mismatch;
  const { counts, isMade } = maker.check(unpacked.bytes, unpacked.sumBytes);
  release(unpacked.bytes);
  if (counts === undefined) return RefusalReason.Framing;
  const isAsSaid = counts.size === parts.length &&
    parts.every(({ type, count }) => count > 0 && counts.get(type) === count);
  if (!isAsSaid) return RefusalReason.Count;
  const of = new CompactParts(maker, types.filter(isWanted), body, recordBytes, isMade);
  return parts.map(({ type, count }) =>
    isWanted(type) ? { type, count, of } : { type, count: 0, refused: RefusalReason.Unwanted }
  );
}
