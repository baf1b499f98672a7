import type { PipelineCounts } from "../../gather/pipeline_options.ts";
import { NOTHING_SENT, type SentCounts } from "../sent_counts.ts";
import type { SessionState } from "../sender/session_state.ts";
import type { RecordsOfType } from "../sensor_reading.ts";

/** What a sensor has counted, all at one moment. */
export interface SensorCounts {
  readonly pipeline: PipelineCounts;
  /** Records that the pipeline has delivered, by type. */
  readonly delivered: ReadonlyMap<number, number>;
  readonly sent: ReadonlyMap<number, SentCounts>;
  /** Undefined where datagrams are sent. */
  readonly session: SessionState | undefined;
}

/** What became of all records, ascending by type. */
export function recordsOf(counts: SensorCounts): Map<number, RecordsOfType> {
  const { pipeline, delivered, sent, session } = counts;
  const resumed = [...sent].filter(([, each]) => each.resumed > 0).map(([type]) => type);
  const types = new Set([...pipeline.made.keys(), ...pipeline.open.keys(), ...resumed]);
  return new Map(
    [...types].sort((a, b) => a - b).map((type) => {
      const of = (numbers: ReadonlyMap<number, number> | undefined) => numbers?.get(type) ?? 0;
      const each = sent.get(type) ?? NOTHING_SENT;
      const taken = session
        ? of(session.taken)
        : each.sent + each.dropped + each.tooLarge + each.failed;
      const records: RecordsOfType = {
        made: of(pipeline.made) + of(pipeline.open),
        resumed: each.resumed,
        settled: each.sent,
        inFlight: of(session?.inFlight),
        waiting: of(pipeline.open) + of(pipeline.waiting) + of(delivered) - taken +
          of(session?.waiting),
        spooled: of(session?.spooled),
        evicted: of(pipeline.dropped) + each.dropped,
        tooLarge: each.tooLarge,
        unwanted: each.unwanted,
        maybeTwice: each.maybeTwice,
        failed: each.failed,
      };
      return [type, records];
    }),
  );
}
