import {
  encodeMember,
  MAX_UNSYNCED_BYTES,
  MEMBER_OVERHEAD_BYTES,
  packNothing,
  packRecords,
} from "../../pack/member.ts";
import type { CheckedBatch } from "../../verify/check_batch.ts";
import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";
import type { SessionLog } from "./session_log.ts";

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
  readonly place?: { readonly log: SessionLog; readonly sequence: bigint };
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
  const origin = { reason: 0, session: 0n, sequence: 0n, count, firstTime, lastTime, arrival };
  const member = encodeMember({ ...origin, settled: 0n }, packRecords(records));
  return {
    count,
    recordBytes: records.length,
    memberBytes: member.length,
    kind: "stored",
    encode: () => member,
  };
}

/** A batch of a session; its body stays as it came. */
export function waitingSessionBatch(
  batch: CheckedSessionBatch,
  session: bigint,
  log: SessionLog,
  arrival: bigint,
): WaitingBatch {
  const { reason, sequence, count, firstTime, lastTime, recordBytes } = batch;
  const origin = { reason, session, sequence, count, firstTime, lastTime, arrival };
  const packed = reason === 0 ? batch : packNothing(batch.digest);
  return {
    count,
    recordBytes,
    memberBytes: packed.body.length + MEMBER_OVERHEAD_BYTES,
    kind: reason === 0 ? "stored" : "refused",
    place: { log, sequence },
    encode: (settled) => encodeMember({ ...origin, settled }, packed),
  };
}

/** A member without records that tells what is settled of a session. */
export function waitingNote(session: bigint, log: SessionLog, arrival: bigint): WaitingBatch {
  const packed = packRecords(new Uint8Array(0));
  const origin = {
    reason: 0,
    session,
    sequence: 0n,
    count: 0,
    firstTime: 0n,
    lastTime: 0n,
    arrival,
  };
  return {
    count: 0,
    recordBytes: 0,
    memberBytes: packed.body.length + MEMBER_OVERHEAD_BYTES,
    kind: "note",
    place: { log, sequence: 0n },
    encode: (settled) => encodeMember({ ...origin, settled }, packed),
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
