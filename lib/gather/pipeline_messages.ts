import type { Batch } from "./batch.ts";
import type { PipelineOptions, PipelineReport } from "./pipeline_options.ts";

/** What the main thread says to the worker. */
export type ToWorker =
  | { readonly kind: "start"; readonly options: PipelineOptions }
  /** One delivery has been taken: there may be another. */
  | { readonly kind: "taken" }
  | { readonly kind: "stop" };

/** What the worker says; the buffers of batches are transferred. */
export type FromWorker =
  | { readonly kind: "batches"; readonly batches: readonly Batch[] }
  | { readonly kind: "done"; readonly report: PipelineReport };
