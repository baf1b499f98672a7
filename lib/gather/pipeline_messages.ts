import type { Batch } from "./batch.ts";
import type { Progress } from "./pipeline_listener.ts";
import type { PipelineCounts, PipelineOptions, PipelineReport } from "./pipeline_options.ts";

/** What the main thread says to the worker. Buffers of batches are transferred, both ways. */
export type ToWorker =
  | { readonly kind: "start"; readonly options: PipelineOptions }
  /** One delivery has been taken, here are its buffers again: there may be another. */
  | { readonly kind: "taken"; readonly batches: readonly Batch[] }
  /** The collector has moved to these addresses. */
  | { readonly kind: "moved"; readonly addresses: readonly string[] }
  /** The collector takes compact batches. */
  | { readonly kind: "takes-compact" }
  /** What has been counted is wanted. */
  | { readonly kind: "count" }
  | { readonly kind: "stop" };

/** What the worker says. */
export type FromWorker =
  | { readonly kind: "batches"; readonly batches: readonly Batch[] }
  | { readonly kind: "say"; readonly line: string }
  /** The answer to one "count". */
  | { readonly kind: "counted"; readonly counts: PipelineCounts }
  | { readonly kind: "progressed"; readonly progress: Progress }
  | { readonly kind: "done"; readonly report: PipelineReport }
  /** A mistake of the caller, thrown. */
  | { readonly kind: "failed"; readonly error: unknown };

/** What to transfer with a message that holds batches. */
export function buffersOf(batches: readonly Batch[]): ArrayBuffer[] {
  return batches.map(({ data }) => data.buffer);
}
