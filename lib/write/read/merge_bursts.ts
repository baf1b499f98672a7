import type { RecordBurst, Step } from "./record_burst.ts";
import { RunQueue } from "./run_queue.ts";
import { Waiting } from "./waiting.ts";

/** How far the merging looks ahead: records of all sources together. */
export const WINDOW_RECORDS = 200_000;

/** How sources are merged. */
export interface MergeOptions {
  /** Aborts what reads the sources; the merging aborts it when it is left. */
  readonly stop: AbortController;
  /** By default {@linkcode WINDOW_RECORDS}. */
  readonly windowRecords?: number;
}

/** One source while it is merged. */
interface Lane {
  readonly number: number;
  readonly steps: AsyncGenerator<Step>;
  /** Its records in the queue. */
  held: number;
  /** Whether it has no more by now. */
  isIdle: boolean;
}

/**
 * Merges sources by the times of their records. Each source is read ahead by its part of the window
 * and at least by a burst: records that are out of order within that come out in order, others are
 * handed over as they come and counted (`late`). A source that is idle is not waited for; when all
 * are, that is said.
 *
 * @param arrivals Gives the sources that have been found, at first those that are there.
 */
export async function* mergeBursts(
  arrivals: AsyncGenerator<readonly AsyncGenerator<Step>[]>,
  { stop, windowRecords = WINDOW_RECORDS }: MergeOptions,
): AsyncGenerator<Step> {
  const queue = new RunQueue();
  const lanes = new Map<number, Lane>();
  /** Those whose next records are needed before any is handed over. */
  const hungry = new Set<Lane>();
  /** What is handed over before any record. */
  const next: RecordBurst[] = [];
  const waiting = new Waiting();
  let found = 0;
  let isComplete = false;

  const arrive = (result: IteratorResult<readonly AsyncGenerator<Step>[]>) => {
    isComplete = result.done === true;
    if (result.done) return;
    for (const steps of result.value) {
      const lane = { number: found++, steps, held: 0, isIdle: false };
      lanes.set(lane.number, lane);
      hungry.add(lane);
    }
    waiting.add(arrivals.next(), arrive);
  };
  const take = (lane: Lane, { done, value }: IteratorResult<Step>) => {
    lane.isIdle = false;
    hungry.delete(lane);
    if (done) {
      lanes.delete(lane.number);
    } else if (value === "idle") {
      lane.isIdle = true;
      waiting.add(lane.steps.next(), (result) => take(lane, result));
    } else {
      if (value.records.length > 0) queue.add(value, lane.number);
      else if (!queue.addProblems(value.problems, lane.number)) next.push(value);
      lane.held += value.records.length;
      if (lane.held < windowRecords / lanes.size) hungry.add(lane);
    }
  };

  try {
    arrive(await arrivals.next());
    while (!stop.signal.aborted) {
      waiting.use();
      for (const lane of hungry) {
        while (hungry.has(lane)) take(lane, await lane.steps.next());
        yield* next.splice(0);
      }
      if (!queue.isEmpty) {
        const { burst, source } = queue.take();
        const lane = lanes.get(source);
        if (lane !== undefined) {
          lane.held -= burst.records.length;
          if (lane.held < windowRecords / lanes.size && !lane.isIdle) hungry.add(lane);
        }
        yield burst;
      } else if (lanes.size > 0 || !isComplete) {
        yield "idle";
        await waiting.wait();
      } else {
        return;
      }
    }
  } finally {
    stop.abort();
    await Promise.all([...lanes.values()].map(({ steps }) => steps.return(undefined)));
    await arrivals.return(undefined);
  }
}
