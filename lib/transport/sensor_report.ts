import type { SendError } from "../base/errors.ts";
import type { CaptureCounts } from "../capture/capture_counts.ts";
import type { LiveCounts } from "../capture/live_options.ts";
import type { DissectCounts } from "../decode/dissect.ts";
import type { FollowCounts } from "../follow/follow_counts.ts";
import type { StreamCounts } from "../follow/streams/stream_counts.ts";
import type { PipelineProblem } from "../gather/pipeline_options.ts";
import type { LeftOut } from "../gather/redact_options.ts";
import type { SentCounts } from "./sent_counts.ts";

/**
 * What became of the records of one type: `made + resumed = sent + dropped + tooLarge + failed + unwanted +
 * spooled`.
 */
export interface TypeReport extends SentCounts {
  /** Records that decoders wrote. */
  readonly made: number;
}

/** What a sensor did. */
export interface SensorReport {
  /** The name it sent under. */
  readonly clientId: string;
  /** Why records are not, or may not be, at the collector; undefined when all that were sent are. */
  readonly error?: SendError | undefined;
  /** What became of the packets in the sources. */
  readonly capture: CaptureCounts;
  /** What the kernel counted, for a live capture. */
  readonly live?: LiveCounts;
  /** What became of the packets that could be decoded. */
  readonly dissect: DissectCounts;
  /** What became of conversations, if they are followed. */
  readonly follow?: FollowCounts;
  /** What became of what they carry, if that is read. */
  readonly streams?: StreamCounts;
  /** Fields that were left out of records, if these are rewritten. */
  readonly leftOut?: LeftOut;
  /** By record type. */
  readonly types: ReadonlyMap<number, TypeReport>;
  /** Why sources were not read to their ends. */
  readonly problems: readonly PipelineProblem[];
}
