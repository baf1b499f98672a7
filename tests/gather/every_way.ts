/** A pipeline in this thread and in a worker: what one promises, both do. */
import { runPipeline } from "../../lib/gather/pipeline_io.ts";
import type { PipelineOptions, PipelineReport } from "../../lib/gather/pipeline_options.ts";
import { runInWorker } from "../../lib/gather/start_pipeline_io.ts";
import { Gathered } from "./gathered.ts";

/** A signal that does not abort. */
export const NEVER = new AbortController().signal;
/** Where a pipeline runs, and how it is run there. */
export const WAYS = [["in this thread", runPipeline], ["in a worker", runInWorker]] as const;

/** A test of both ways. */
export function everyWay(name: string, test: (run: typeof runPipeline) => Promise<void>): void {
  for (const [where, run] of WAYS) Deno.test(`${name}, ${where}`, () => test(run));
}

/** Runs to the end and keeps what is delivered. */
export async function gather(
  run: typeof runPipeline,
  options: PipelineOptions,
  signal = NEVER,
): Promise<{ report: PipelineReport; gathered: Gathered }> {
  const gathered = new Gathered();
  const report = await run(options, (batches) => {
    gathered.add(batches);
    return Promise.resolve(batches);
  }, signal);
  return { report, gathered };
}
