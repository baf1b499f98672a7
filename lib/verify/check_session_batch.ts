import { crc32 } from "node:zlib";
import { walkRecords } from "../base/record/delimited.ts";
import { isMadeByCollector, RECORD_TYPES } from "../base/record/record_types.ts";
import { release } from "../base/bytes/release.ts";
import { equalBytes } from "../base/bytes/bytes.ts";
import { digestOf } from "../pack/digest.ts";
import { inflateRaw } from "../pack/gzip.ts";
import { NO_RECORDS, type PackedRecords } from "../pack/member.ts";
import { type BatchPart, Encoding } from "../pack/packed_batch.ts";
import { unpackCompact } from "../pack/compact_body.ts";
import type { CompactMaker } from "./compact_maker.ts";
import { CompactParts, type MadeRecords } from "./compact_parts.ts";
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

/** What is found of a batch of a session, in whichever thread looks at it. */
export interface Findings {
  /** 0 when it is to be stored, else one of {@linkcode RefusalReason}. */
  readonly reason: number;
  /** Of the body as it came. */
  readonly digest: Uint8Array;
  /** By part, as many as the batch has; none of a refused one. */
  readonly parts: readonly PartFindings[];
}

/** Why a part is refused, or its records, packed, where they had to be made and there was room. */
export interface PartFindings {
  readonly refused?: number;
  readonly made?: PackedRecords;
}

/** With what a batch is looked at. */
export interface CheckOptions {
  readonly maker: CompactMaker;
  /** How many bytes of packed records may be made; the last part that begins within is made whole. */
  readonly room: number;
  /** What is taken of its sensor, everything if undefined. */
  readonly wantedTypes?: readonly number[] | undefined;
}

/**
 * Unpacks a batch and looks at everything that it says of itself, but the times and the minute that it
 * claims.
 */
export function examineSessionBatch(batch: NumberedBatch, options: CheckOptions): Findings {
  const digest = digestOf(batch.body);
  const found = !batch.parts.some(({ type }) => isWanted(type, options))
    ? RefusalReason.Unwanted
    : batch.isSealed
    ? checkSealed(batch, digest, options)
    : check(batch, digest, options);
  return typeof found === "number"
    ? { reason: found, digest, parts: [] }
    : { reason: 0, digest, parts: found };
}

/** A batch with what was found of it, for the store; what of it is made is kept in `made`. */
export function checkedBatch(
  batch: NumberedBatch,
  { reason, digest, parts }: Findings,
  made: MadeRecords,
): CheckedSessionBatch {
  const { sequence, minute, containsPayloads, firstTime, lastTime, parts: claims } = batch;
  const of = { sequence, minute, containsPayloads, firstTime, lastTime, digest, claims, reason };
  const body = batch.opened ?? batch.body;
  const { crc, recordBytes } = batch;
  if (reason !== 0) return { ...of, parts: [] };
  if (batch.encoding !== Encoding.Compact) {
    return { ...of, parts: [{ ...claims[0]!, recordBytes, crc, body, isAlone: true }] };
  }
  const held = new CompactParts(made, { body, bytes: recordBytes });
  return {
    ...of,
    parts: claims.map(({ type, count }, place): CheckedPart => {
      const { refused, made } = parts[place]!;
      if (refused !== undefined) return { type, count: 0, refused };
      held.add(type, made);
      return { type, count, of: held };
    }),
  };
}

/** Looks at a batch in this thread. */
export function checkSessionBatch(
  batch: NumberedBatch,
  made: MadeRecords,
  wantedTypes?: readonly number[],
): CheckedSessionBatch {
  const { maker, room } = made;
  return checkedBatch(batch, examineSessionBatch(batch, { maker, room, wantedTypes }), made);
}

function isWanted(type: number, { wantedTypes }: CheckOptions): boolean {
  return wantedTypes?.includes(type) ?? true;
}

/** The digest is of what came, all else of what that held. */
function checkSealed(
  { opened, ...batch }: NumberedBatch,
  digest: Uint8Array,
  options: CheckOptions,
): PartFindings[] | number {
  if (opened) return check({ ...batch, body: opened }, digest, options);
  const isAsSent = batch.digest && equalBytes(batch.digest, digest);
  return isAsSent ? RefusalReason.Sealed : RefusalReason.Digest;
}

function check(
  batch: NumberedBatch,
  digest: Uint8Array,
  options: CheckOptions,
): PartFindings[] | number {
  return batch.encoding === Encoding.Compact
    ? checkCompact(batch, digest, options)
    : checkBody(batch, digest);
}

/** What is found of a batch of delimited records, or why it is refused. */
function checkBody(batch: NumberedBatch, digest: Uint8Array): PartFindings[] | number {
  const { parts, crc, recordBytes, body } = batch;
  const { type, count } = parts[0]!;
  if (!RECORD_TYPES.includes(type) || isMadeByCollector(type)) return RefusalReason.UnknownType;
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
  return [{}];
}

/** What is found of the parts of a compact batch, or why it is refused. */
function checkCompact(
  batch: NumberedBatch,
  digest: Uint8Array,
  options: CheckOptions,
): PartFindings[] | number {
  const { parts, crc, recordBytes, body } = batch;
  if (!parts.every(({ type }) => COMPACT_TYPES.includes(type))) return RefusalReason.UnknownType;
  if (!batch.digest || !equalBytes(batch.digest, digest)) return RefusalReason.Digest;
  if (recordBytes > MAX_RECORD_BYTES) return RefusalReason.TooLarge;
  const unpacked = unpackCompact(body, recordBytes);
  if ("refusal" in unpacked) {
    return unpacked.refusal === "too large" ? RefusalReason.TooLarge : RefusalReason.Damaged;
  }
  if (crc32(unpacked.bytes) !== crc) return RefusalReason.Mismatch;
  const { maker } = options;
  let { room } = options;
  const counts = room > 0
    ? maker.make(unpacked.bytes, unpacked.sumBytes)
    : maker.count(unpacked.bytes, unpacked.sumBytes);
  release(unpacked.bytes);
  if (counts === undefined) return RefusalReason.Framing;
  const isAsSaid = counts.size === parts.length &&
    parts.every(({ type, count }) => count > 0 && counts.get(type) === count);
  if (!isAsSaid) return RefusalReason.Count;
  return parts.map(({ type }) => {
    if (!isWanted(type, options)) return { refused: RefusalReason.Unwanted };
    if (room <= 0) return {};
    const made = maker.pack(type);
    room -= made.body.length;
    return { made };
  });
}
