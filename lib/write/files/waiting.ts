import {
  encodeMember,
  MAX_UNSYNCED_BYTES,
  MEMBER_OVERHEAD_BYTES,
  NO_RECORDS,
  packRecords,
  WITHOUT_SESSION,
} from "../../pack/member.ts";
import type { CheckedBatch } from "../../verify/check_batch.ts";
import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";
import { partsOf, type SessionLog } from "./session_log.ts";

/** A batch that waits for the disk. */
export interface WaitingBatch {
  readonly count: number;
  /** Framed records before packing. */
  readonly recordBytes: number;
  /** Bytes of its member. */
  readonly memberBytes: number;
  /** A note is no batch: it only tells what is settled of its session. */
  readonly kind: "stored" | "refused" | "note";
  /** Where it belongs to a session; a note has the sequence 0. */
  readonly place?: {
    readonly log: SessionLog;
    readonly sequence: bigint;
    readonly part: number;
  };
  /** Its member, which says that all up to `settled` is durable. */
  encode(settled: bigint): Uint8Array;
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
export function waitingBatch(batch: CheckedBatch, arrival: bigint): WaitingBatch {
  const { count, records, firstTime, lastTime } = batch;
  const origin = { ...WITHOUT_SESSION, count, firstTime, lastTime, arrival };
  const member = encodeMember(origin, packRecords(records));
  return {
    count,
    recordBytes: records.length,
    memberBytes: member.length,
    kind: "stored",
    encode: () => member,
  };
}

/** A part of a batch of a session, from 1; its body stays as it came. Of a refused one there is the first. */
export function waitingSessionBatch(
  batch: CheckedSessionBatch,
  part: number,
  session: bigint,
  log: SessionLog,
  arrival: bigint,
): WaitingBatch {
  const { reason, sequence, minute, digest, firstTime, lastTime } = batch;
  const stored = batch.parts[part - 1];
  const count = stored?.count ?? 0;
  const packed = stored ?? NO_RECORDS;
  const origin = {
    ...{ reason, session, sequence, part, parts: partsOf(batch), minute, digest },
    ...{ count, firstTime, lastTime, arrival },
  };
  return {
    count,
    recordBytes: packed.recordBytes,
    memberBytes: packed.body.length + MEMBER_OVERHEAD_BYTES,
    kind: reason === 0 ? "stored" : "refused",
    place: { log, sequence, part },
    encode: (settled) => encodeMember({ ...origin, settled }, packed),
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
    recordBytes: 0,
    memberBytes: NO_RECORDS.body.length + MEMBER_OVERHEAD_BYTES,
    kind: "note",
    place: { log, sequence: 0n, part: 1 },
    encode: (settled) => encodeMember({ ...origin, settled }, NO_RECORDS),
  };
}

/** Cuts what waits for a file into pieces that may be written at once, of `maxBytes` or one batch. */
export function* runsOf(
  batches: readonly WaitingBatch[],
  maxBytes: number,
): Generator<readonly WaitingBatch[]> {
  const limit = Math.min(maxBytes, MAX_UNSYNCED_BYTES);
  let from = 0;
  let bytes = 0;
  for (const [at, { memberBytes }] of batches.entries()) {
    if (at > from && bytes + memberBytes > limit) {
      yield batches.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += memberBytes;
  }
  yield batches.slice(from);
}
