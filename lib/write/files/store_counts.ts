import { Histogram } from "../../base/count/histogram.ts";
import type { WaitingBatch } from "./waiting.ts";

/** What was in a file that has been deleted. */
export interface ExpiredFile {
  readonly path: string;
  readonly batches: number;
  readonly records: number;
  /** Bytes of the file. */
  readonly bytes: number;
}

/** What is on disk of one record type. */
export interface StoredCounts {
  /** Batches, one member each. */
  batches: number;
  /** Records in them. */
  records: number;
  /** Framed records before compression. */
  bytes: number;
  /** The members that hold them. */
  packedBytes: number;
}

/** What was in files that have been deleted since they were too old or too many. */
export interface ExpiredCounts {
  /** Files. */
  files: number;
  /** Batches in them. */
  batches: number;
  /** Records in these. */
  records: number;
  /** Bytes of the files. */
  bytes: number;
}

/** A batch that is on disk. */
interface CountedBatch {
  readonly batch: Pick<WaitingBatch, "kind" | "count">;
  readonly recordBytes: number;
  readonly memberBytes: number;
}

/** What a store has done with the batches that came, and how that goes just now. */
export class StoreCounts {
  /** What is on disk, by record type; refused batches are not among it. */
  readonly stored = new Map<number, StoredCounts>();
  /** Refused batches of sessions that are on disk as such. */
  refused = 0;
  /** Batches without session that are lost since their file could not be opened or had no room. */
  unstored = 0;
  /** Files put aside since batches that were settled in them are damaged. */
  damagedFiles = 0;
  /** Files deleted since they were too old or too many, and what was in them. */
  readonly expired: ExpiredCounts = { files: 0, batches: 0, records: 0, bytes: 0 };

  /** Seconds from when a round of writing is begun until all of it is durable. */
  readonly commits = new Histogram();
  /** Record files that are open. */
  openFiles = 0;
  /** Why batches wait; undefined while none do. */
  stall: string | undefined;

  /** Counts a file that has been deleted. */
  countExpired({ batches, records, bytes }: ExpiredFile): void {
    this.expired.files++;
    this.expired.batches += batches;
    this.expired.records += records;
    this.expired.bytes += bytes;
  }

  /** Counts a batch that is on disk. */
  count(type: number, { batch: { kind, count }, recordBytes, memberBytes }: CountedBatch): void {
    if (kind === "refused") this.refused++;
    if (kind !== "stored") return;
    let counts = this.stored.get(type);
    if (!counts) {
      counts = { batches: 0, records: 0, bytes: 0, packedBytes: 0 };
      this.stored.set(type, counts);
    }
    counts.batches++;
    counts.records += count;
    counts.bytes += recordBytes;
    counts.packedBytes += memberBytes;
  }
}
