import {
  encodeMember,
  MAX_UNSYNCED_BYTES,
  MEMBER_OVERHEAD_BYTES,
  packNothing,
  packRecords,
} from "../pack/member.ts";
import type { CheckedBatch } from "../verify/check_batch.ts";
import type { SessionBatch } from "./session_batch.ts";
import type { SessionLog } from "./session_log.ts";

/** A batch that waits for the disk. */
export interface WaitingBatch {
  readonly count: number;
  /** Framed records before packing. */
  readonly recordBytes: number;
  /** Bytes of its member. */
  readonly memberBytes: number;
  /** Whether it is the member of a refused batch. */
  readonly isRefused: boolean;
  /** Where it belongs to a session. */
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
    isRefused: false,
    encode: () => member,
  };
}

/** A batch of a session; its body stays as it came. */
export function waitingSessionBatch(
  batch: SessionBatch,
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
    isRefused: reason !== 0,
    place: { log, sequence },
    encode: (settled) => encodeMember({ ...origin, settled }, packed),
  };
}

/** Cuts what waits for a file into pieces that may be written at once. */
export function* runsOf(batches: readonly WaitingBatch[]): Generator<readonly WaitingBatch[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, { memberBytes }] of batches.entries()) {
    if (at > from && bytes + memberBytes > MAX_UNSYNCED_BYTES) {
      yield batches.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += memberBytes;
  }
  yield batches.slice(from);
}
