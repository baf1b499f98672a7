import type { CaptureCounts } from "../capture/capture_counts.ts";
import type { RecordOptions } from "../decode/packet.ts";
import type { DissectCounts } from "../decode/dissect.ts";

/** What the pipeline is to do; can be posted to a worker. */
export interface PipelineOptions {
  /** Capture files to read one after another; `-` is standard input. */
  readonly sources: readonly string[];
  /** Numbers of the record types to write. */
  readonly types: readonly number[];
  readonly records: RecordOptions;
  /** Limit of a batch's framed records in bytes. */
  readonly maxBatchBytes: number;
  /** How old the oldest record of a batch may become, in milliseconds. */
  readonly flushIntervalMs: number;
}

/** Why a source was not read to its end; what had been read of it was delivered. */
export interface PipelineProblem {
  /** A code of {@linkcode CaptureError}. */
  readonly code: string;
  /** One line. */
  readonly message: string;
}

/** What the pipeline did: `made` counts records by type, and every one of them was delivered. */
export interface PipelineReport {
  readonly capture: CaptureCounts;
  readonly dissect: DissectCounts;
  readonly made: ReadonlyMap<number, number>;
  /** One for each source that was not read to its end. */
  readonly problems: readonly PipelineProblem[];
}
