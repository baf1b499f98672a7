import type { PipelineCounts } from "../gather/pipeline_options.ts";
import type { LinkState } from "./link_state.ts";
import type { SentCounts } from "./sent_counts.ts";
import type { SensorReport } from "./sensor_report.ts";

/**
 * What became of the records of one type: `made + resumed = settled + inFlight + waiting + spooled + evicted +
 * tooLarge + unwanted`, and what has `failed`, where nothing goes on that could settle it.
 */
export interface RecordsOfType {
  /** Decoders wrote them, those in open batches included. */
  readonly made: number;
  /** The collector has them; with datagrams, they were sent. */
  readonly settled: number;
  /** Sent, and not acknowledged. */
  readonly inFlight: number;
  /** In memory, and not sent. */
  readonly waiting: number;
  /** The queue, or the spool, had no room for them. */
  readonly evicted: number;
  /** Larger, alone, than what can be sent. */
  readonly tooLarge: number;
  /** Of a type that the collector does not want. */
  readonly unwanted: number;
  /** Sent again in a new session; they are among the others. */
  readonly maybeTwice: number;
  /** A run before this one left them in the spool. */
  readonly resumed: number;
  /** In the spool, and not in flight. */
  readonly spooled: number;
  /** Refused by the system, or not acknowledged at the end. */
  readonly failed: number;
}

/** What a sensor's registry reads: what it has counted, and what is so just now. */
export interface SensorReading {
  /** What capture and decoders have counted. */
  readonly pipeline: PipelineCounts;
  /** What became of records, ascending by type. */
  readonly records: ReadonlyMap<number, RecordsOfType>;
  /** What was sent, by type. */
  readonly sent: ReadonlyMap<number, SentCounts>;
  /** The connection to the collector; undefined where datagrams are sent, and at the end. */
  readonly link?: LinkState | undefined;
}

/** What a sensor has counted in the end, when it holds nothing any more. */
export function finalReading(report: SensorReport): SensorReading {
  const records = [...report.types].map(([type, each]) => {
    const { sent: settled, dropped: evicted } = each;
    return [type, { ...each, settled, evicted, inFlight: 0, waiting: 0 }] as const;
  });
  const none = new Map<number, number>();
  const { capture, dissect, live, follow, leftOut, streams } = report;
  const pipeline = {
    capture,
    dissect,
    ...(live && { live }),
    ...(follow && { follow }),
    ...(streams && { streams }),
    ...(leftOut && { leftOut }),
    made: none,
    dropped: none,
  };
  return {
    pipeline: { ...pipeline, open: none, waiting: none },
    records: new Map(records),
    sent: report.types,
  };
}
