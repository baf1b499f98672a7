import { FarcapError } from "../base/errors.ts";
import { createCaptureCounts } from "../capture/capture_counts.ts";
import { readCapture } from "../capture/capture_file_io.ts";
import { Dissector } from "../decode/dissect.ts";
import { DECODERS } from "../decode/registry.ts";
import type { Batch } from "./batch.ts";
import { Batches } from "./batches.ts";
import type { PipelineOptions, PipelineProblem, PipelineReport } from "./pipeline_options.ts";

/**
 * Takes batches; the pipeline goes on reading when it resolves, so that a slow network slows reading
 * down. It resolves to batches, these or earlier ones, whose buffers are the pipeline's again.
 */
export type Deliver = (batches: readonly Batch[]) => Promise<readonly Batch[]>;

/**
 * Runs stages 1 to 4: reads the sources, decodes their packets, gathers the records in batches and
 * delivers these, in the main thread or in a worker alike. At the end, and when `signal` aborts,
 * everything that was gathered is delivered.
 *
 * @returns The counts. A source that cannot be read, or breaks off, is one of the report's `problems`
 * and the next one is read; what `deliver` throws is thrown.
 */
export async function runPipeline(
  options: PipelineOptions,
  deliver: Deliver,
  signal: AbortSignal,
): Promise<PipelineReport> {
  const counts = createCaptureCounts();
  const made = new Map<number, number>();
  let ready: Batch[] = [];
  const batches = new Batches(options.maxBatchBytes, (batch) => {
    made.set(batch.type, (made.get(batch.type) ?? 0) + batch.count);
    ready.push(batch);
  });
  const wanted = new Set(options.types);
  const dissector = new Dissector(DECODERS, batches, options.records, (type) => wanted.has(type));

  // One delivery at a time, whoever asks for it: the reader after a chunk, or the clock. The first that
  // fails ends the reading, also where that waits for input, and is what is thrown at the end.
  let delivery = Promise.resolve();
  const failure = new AbortController();
  const ended = AbortSignal.any([signal, failure.signal]);
  const deliverReady = () => {
    if (ready.length === 0) return delivery;
    delivery = delivery.then(async () => {
      const closed = ready;
      if (closed.length === 0) return;
      ready = [];
      for (const batch of await deliver(closed)) batches.recycle(batch);
    });
    delivery.catch(() => failure.abort());
    return delivery;
  };
  const closeOld = () => {
    batches.closeOlderThan(options.flushIntervalMs, performance.now());
    return deliverReady();
  };

  // A quiet source ends no chunk, so the clock asks too.
  const clock = setInterval(closeOld, Math.max(1, options.flushIntervalMs / 4));
  const problems: PipelineProblem[] = [];
  try {
    batches.closeOlderThan(options.flushIntervalMs, performance.now());
    for (const source of options.sources) {
      if (ended.aborted) break;
      try {
        await readCapture(source, dissector, { afterChunk: closeOld, signal: ended, counts });
      } catch (error) {
        if (!(error instanceof FarcapError)) throw error;
        problems.push({ code: error.code, message: error.message });
      }
    }
  } finally {
    clearInterval(clock);
  }
  batches.closeAll();
  await deliverReady();
  return { capture: counts, dissect: dissector.counts(), made, problems };
}
