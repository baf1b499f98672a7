import type { SessionCounts } from "../../transport/server/session_counts.ts";
import type { DatagramRefusal } from "../../verify/open_datagram.ts";
import type { ExpiredCounts, StoredCounts } from "../files/store_counts.ts";
import type { HostCounts } from "../files/host_counts.ts";

/**
 * What a collector took in: `datagrams + session.batches = stored + unstored + overflowed + Σ refused +
 * session.duplicates + session.refused`, in batches.
 */
export interface CollectorReport {
  /** All that were read from the socket. */
  readonly datagrams: number;
  /** Datagrams that came faster than they could be stored. */
  readonly overflowed: number;
  /** Refused datagrams by reason. */
  readonly refused: ReadonlyMap<DatagramRefusal, number>;
  /** Batches whose file could not be opened or had no room. */
  readonly unstored: number;
  /** What sessions brought. */
  readonly session: Readonly<SessionReport>;
  /** What is on disk, by record type. */
  readonly stored: ReadonlyMap<number, StoredCounts>;
  /** What was in files that were deleted, as `-keep-days` and `-keep-bytes` say. */
  readonly expired: Readonly<ExpiredCounts>;
  /** Files put aside since stored batches in them are damaged. */
  readonly damagedFiles: number;
}

/** What became of connections and their batches. */
export interface SessionReport extends HostCounts, SessionCounts {}
