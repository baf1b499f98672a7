import { mayStartWorker } from "../base/program/worker_io.ts";
import type { CollectorPlace } from "../capture/collector_place.ts";
import { type Batch, partsOf } from "./batch.ts";
import type { Deliver } from "./pipeline_io.ts";
import { type AskForCounts, type PipelineListener, UNHEARD } from "./pipeline_listener.ts";
import { buffersOf, type FromWorker, type ToWorker } from "./pipeline_messages.ts";
import { defaultThreads, type PipelineOptions, type PipelineReport } from "./pipeline_options.ts";
import { RecordCounts } from "./record_counts.ts";

/**
 * Runs the pipeline in a worker where there are to be two threads and one may be started, else in this
 * thread. Standard input belongs to this thread, and so do decoders of the caller's.
 */
export async function startPipeline(
  options: PipelineOptions,
  deliver: Deliver,
  signal: AbortSignal,
  listener?: PipelineListener,
  collector?: CollectorPlace,
  takesCompact?: Promise<void>,
): Promise<PipelineReport> {
  const { live, threads = defaultThreads(live), sources, decoders } = options;
  const usesWorker = threads > 1 && !sources.includes("-") && !decoders &&
    await mayStartWorker(WORKER_URL);
  // The decoders are loaded in the thread that uses them.
  const run = usesWorker ? runInWorker : (await import("./pipeline_io.ts")).runPipeline;
  return await run(
    options,
    deliver,
    signal,
    listener,
    collector,
    takesCompact,
  );
}

const WORKER_URL = new URL("./pipeline_worker_io.ts", import.meta.url);

/** Runs the pipeline in a worker; the same contract as {@linkcode runPipeline}. */
export function runInWorker(
  options: PipelineOptions,
  deliver: Deliver,
  signal: AbortSignal,
  listener: PipelineListener = UNHEARD,
  collector?: CollectorPlace,
  takesCompact?: Promise<void>,
): Promise<PipelineReport> {
  const worker = new Worker(WORKER_URL, { type: "module", name: "farcap-pipeline" });
  const post = (message: ToWorker, transfer: Transferable[] = []) =>
    worker.postMessage(message, transfer);
  const stop = () => post({ kind: "stop" });
  let delivery = Promise.resolve();
  /** Came from the worker, and waits for the deliveries before it. */
  const waiting = new Set<readonly Batch[]>();
  /** Who has asked for counts, and is answered in this order. */
  const answers: Parameters<AskForCounts>[0][] = [];
  let forget: (() => void) | undefined;
  return new Promise<PipelineReport>((resolve, reject) => {
    worker.onmessage = ({ data: message }: MessageEvent<FromWorker>) => {
      if (message.kind === "done") {
        delivery.then(() => resolve(message.report), reject);
        return;
      }
      if (message.kind === "failed") {
        reject(message.error);
        return;
      }
      if (message.kind === "say") {
        listener.say(message.line);
        return;
      }
      if (message.kind === "counted") {
        const counts = new RecordCounts(message.counts.waiting);
        for (const each of waiting) for (const batch of each) counts.add(partsOf(batch));
        answers.shift()?.({ ...message.counts, waiting: counts });
        return;
      }
      if (message.kind === "progressed") {
        listener.progressed(message.progress);
        return;
      }
      const { batches } = message;
      const taken = (free: readonly Batch[]) =>
        post({ kind: "taken", batches: free }, buffersOf(free));
      waiting.add(batches);
      delivery = delivery.then(async () => {
        waiting.delete(batches);
        taken(await deliver(batches));
      });
      // The worker ends in order also then: libpcap may be writing into its memory.
      delivery.catch(() => {
        stop();
        taken([]);
      });
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(event.error ?? new Error(event.message));
    };
    signal.addEventListener("abort", stop);
    forget = collector?.onMove((addresses) => post({ kind: "moved", addresses }));
    post({ kind: "start", options });
    listener.begun((answer) => {
      answers.push(answer);
      post({ kind: "count" });
    });
    takesCompact?.then(() => post({ kind: "takes-compact" }));
    if (signal.aborted) stop();
  }).finally(() => {
    signal.removeEventListener("abort", stop);
    forget?.();
    worker.terminate();
  });
}
