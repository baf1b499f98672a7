import { release } from "../../base/bytes/release.ts";
import {
  encodeMember,
  MAX_UNSYNCED_BYTES,
  type MemberOrigin,
  NO_RECORDS,
  type PackedRecords,
  packRecords,
  WITHOUT_SESSION,
} from "../../pack/member.ts";
import type { CheckedBatch } from "../../verify/check_batch.ts";
import {
  type CheckedSessionBatch,
  packedPart,
  writtenPart,
} from "../../verify/check_session_batch.ts";
import type { FramedRows } from "../framed_rows.ts";
import type { RefusedClaims, SessionBooks } from "../books/session_books.ts";
import { partsOf, type SessionLog } from "./session_log.ts";

/** A member as it is written. */
export interface EncodedMember {
  readonly member: Uint8Array;
  /** Framed records before packing. */
  readonly recordBytes: number;
}

/** A batch that waits for the disk. */
export interface WaitingBatch {
  readonly count: number;
  /** A note is no batch: it only tells what is settled of its session. A row is one of the books. */
  readonly kind: "stored" | "refused" | "note" | "row";
  /** Ns since 1970. */
  readonly arrival: bigint;
  /** What it said to hold, if it is refused. */
  readonly refused?: RefusedClaims;
  /** Where it belongs to a session; a note has the sequence 0. */
  readonly place?: {
    readonly log: SessionLog;
    readonly sequence: bigint;
    readonly part: number;
    /** Where the session's batches are counted for the books. */
    readonly books?: SessionBooks;
  };
  /**
   * Its member, which says that all up to `settled` is durable; what it holds may be made only now. The
   * caller's, once `written` is called.
   */
  encode(settled: bigint): EncodedMember;
  /** It is on disk: nobody asks for its member again. */
  written?(): void;
}

/** Whether it is tried again when it could not be written; others are lost. */
export function waitsForRoom({ place, kind }: WaitingBatch): boolean {
  return place !== undefined || kind === "row";
}

/** What waits for one file. */
export interface WaitingFile {
  readonly folder: string;
  readonly path: string;
  /** Of the first batch, for the file's header. */
  readonly client: string;
  readonly containsPayloads: boolean;
  readonly arrival: bigint;
  readonly type: number;
  readonly batches: WaitingBatch[];
}

/** A batch that came without a session. It is packed at once: its bytes stay the caller's. */
export function waitingBatch(
  batch: CheckedBatch,
  arrival: bigint,
): WaitingBatch & { readonly memberBytes: number } {
  const { count, records, firstTime, lastTime } = batch;
  const origin = { ...WITHOUT_SESSION, count, firstTime, lastTime, arrival };
  const member = encodeMember(origin, packRecords(records));
  return {
    count,
    arrival,
    memberBytes: member.length,
    kind: "stored",
    encode: () => ({ member, recordBytes: records.length }),
  };
}

/** Rows of the books, which are written as a batch without session is. */
export function waitingRows(
  { count, records, time }: FramedRows,
  arrival: bigint,
): WaitingBatch {
  const origin = { ...WITHOUT_SESSION, count, firstTime: time, lastTime: time, arrival };
  return {
    count,
    arrival,
    kind: "row",
    encode: () => encoded(origin, packRecords(records)),
  };
}

/** A part of a batch of a session, from 1; its body stays as it came. Of a refused one there is the first. */
export function waitingSessionBatch(
  batch: CheckedSessionBatch,
  part: number,
  session: bigint,
  log: SessionLog,
  arrival: bigint,
  books?: SessionBooks,
): WaitingBatch {
  const { sequence, minute, digest, firstTime, lastTime, claims } = batch;
  const stored = batch.parts[part - 1];
  const reason = stored && "refused" in stored ? stored.refused : batch.reason;
  const count = stored?.count ?? 0;
  const origin = {
    ...{ reason, session, sequence, part, parts: partsOf(batch), minute, digest },
    ...{ count, firstTime, lastTime, arrival },
  };
  return {
    count,
    arrival,
    kind: reason === 0 ? "stored" : "refused",
    ...(reason !== 0 &&
      { refused: { reason, claims: stored ? claims.slice(part - 1, part) : claims } }),
    place: { log, sequence, part, books },
    encode: (settled) => {
      const packed = stored ? packedPart(stored) : NO_RECORDS;
      const member = encoded({ ...origin, settled }, packed);
      if (stored && "of" in stored) release(packed.body); // made for this member alone
      return member;
    },
    written: () => stored && writtenPart(stored),
  };
}

/** A member without records that tells what is settled of a session. */
export function waitingNote(session: bigint, log: SessionLog, arrival: bigint): WaitingBatch {
  const origin = {
    ...WITHOUT_SESSION,
    session,
    count: 0,
    firstTime: 0n,
    lastTime: 0n,
    arrival,
  };
  return {
    count: 0,
    arrival,
    kind: "note",
    place: { log, sequence: 0n, part: 1 },
    encode: (settled) => encoded({ ...origin, settled }, NO_RECORDS),
  };
}

function encoded(origin: MemberOrigin, packed: PackedRecords): EncodedMember {
  return { member: encodeMember(origin, packed), recordBytes: packed.recordBytes };
}

/** A batch and its member. */
export interface EncodedBatch extends EncodedMember {
  readonly batch: WaitingBatch;
  /** The `settled` that the member tells. */
  readonly settled: bigint;
}

/**
 * Encodes what waits for a file, in pieces that may be written at once: of `maxBytes`, or one batch. A
 * piece is encoded when it is asked for.
 */
export function* encodedRuns(
  batches: readonly WaitingBatch[],
  maxBytes: number,
): Generator<readonly EncodedBatch[]> {
  const limit = Math.min(maxBytes, MAX_UNSYNCED_BYTES);
  let run: EncodedBatch[] = [];
  let bytes = 0;
  for (const batch of batches) {
    const settled = batch.place?.log.settled ?? 0n;
    const encoded = { batch, settled, ...batch.encode(settled) };
    if (run.length > 0 && bytes + encoded.member.length > limit) {
      yield run;
      run = [];
      bytes = 0;
    }
    run.push(encoded);
    bytes += encoded.member.length;
  }
  yield run;
}
