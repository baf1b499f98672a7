import type { CaptureCounts } from "../capture/capture_counts.ts";
import type { LiveCounts, LiveOptions } from "../capture/live_options.ts";
import type { WatchOptions } from "../capture/watched_files.ts";
import type { OwnDecoder } from "../decode/own_decoder.ts";
import type { RecordOptions } from "../decode/packet.ts";
import type { DissectCounts } from "../decode/dissect.ts";
import type { FollowCounts } from "../follow/follow_counts.ts";
import type { StreamCounts } from "../follow/streams/stream_counts.ts";
import type { FollowOptions } from "../follow/follow_options.ts";
import type { LeftOut, RedactOptions } from "./redact_options.ts";

/** What the pipeline is to do; can be posted to a worker, but for `decoders`. */
export interface PipelineOptions {
  /** Capture files and folders of them, to read one after another; `-` is standard input. */
  readonly sources: readonly string[];
  /** A folder to watch for captures, behind the sources. */
  readonly watch?: WatchOptions;
  /** Which packets to read, in the language of pcap-filter(7); a live capture's options have it too. */
  readonly filter?: string;
  /** Pace of the sources: 1 as they were captured, 10 ten times as fast, 0 as fast as possible. */
  readonly replaySpeed: number;
  /** Interfaces to capture from, all at once, after the sources. */
  readonly live?: LiveOptions;
  /** 2: in a worker, where one may be started; else {@linkcode defaultThreads}. */
  readonly threads?: number;
  /**
   * Bytes of closed batches that may wait when something is captured live. Past that the oldest of the
   * most common types are dropped and counted.
   */
  readonly maxQueueBytes: number;
  /** Numbers of the record types to write; by default all that there are decoders for. */
  readonly types?: readonly number[];
  readonly records: RecordOptions;
  /** What users say about numbers, as `udp.port==8472,vxlan`; later ones overrule. */
  readonly decodeAs?: readonly string[];
  /** Decoders of one's own, besides those there are; such cannot be posted. */
  readonly decoders?: readonly OwnDecoder[];
  /** Whether fragments of IP are put together. */
  readonly defrag?: boolean;
  /** How conversations are followed; without, they are not. */
  readonly follow?: FollowOptions;
  /** How records are rewritten before they are gathered; without, they are not. */
  readonly redact?: RedactOptions;
  /** Limit of a batch's framed records in bytes. */
  readonly maxBatchBytes: number;
  /** How old the oldest record of a batch may become, in milliseconds. */
  readonly flushIntervalMs: number;
  /** Whether batches may be compact, once the collector is known to take them. */
  readonly mayBeCompact?: boolean;
  /** Whether the listener is told how far the sources have been read. */
  readonly tellsProgress?: boolean;
}

/** Why a source was not read to its end; what had been read of it was delivered. */
export interface PipelineProblem {
  /** A code of {@linkcode CaptureError}. */
  readonly code: string;
  /** One line. */
  readonly message: string;
}

/** What a pipeline has counted so far, records by type. */
export interface PipelineTotals {
  /** What became of packets that were found. */
  readonly capture: CaptureCounts;
  /** What became of those that could be decoded. */
  readonly dissect: DissectCounts;
  /** What became of conversations, if they are followed. */
  readonly follow?: FollowCounts;
  /** What became of what they carry, if that is read. */
  readonly streams?: StreamCounts;
  /** Fields that were left out of records, if these are rewritten. */
  readonly leftOut?: LeftOut;
  /** Records in batches that were closed. */
  readonly made: ReadonlyMap<number, number>;
  /** Those of batches that were dropped since the queue was full; part of `made`. */
  readonly dropped: ReadonlyMap<number, number>;
  /** What the kernel counted, for a live capture. */
  readonly live?: LiveCounts;
}

/**
 * What it has counted at one moment, and what it holds then: decoders have written `made + open`, and
 * `made` is `dropped + waiting` and what was delivered.
 */
export interface PipelineCounts extends PipelineTotals {
  /** Records in open batches. */
  readonly open: ReadonlyMap<number, number>;
  /** Those of closed batches that have not been delivered. */
  readonly waiting: ReadonlyMap<number, number>;
}

/** What the pipeline did: all that it `made` was delivered, or is in `dropped`. */
export interface PipelineReport extends PipelineTotals {
  /** One for each source that was not read to its end. */
  readonly problems: readonly PipelineProblem[];
}

/** In how many threads it is captured and sent: 1 where something is captured live, else 2. */
export function defaultThreads(live: LiveOptions | undefined): number {
  return live ? 1 : 2;
}
