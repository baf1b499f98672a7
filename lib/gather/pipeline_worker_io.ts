/// <reference lib="deno.worker" />
/** The pipeline in a worker; it acts when it is loaded. */
import { Semaphore } from "../base/semaphore.ts";
import type { Batch } from "./batch.ts";
import type { CollectorPlace } from "../capture/collector_place.ts";
import { placeOf, runPipeline } from "./pipeline_io.ts";
import { buffersOf, type FromWorker, type ToWorker } from "./pipeline_messages.ts";

/** How many deliveries may be on their way: enough that neither thread waits for the other's message. */
const MAX_DELIVERIES = 4;

const stop = new AbortController();
const takesCompact = Promise.withResolvers<void>();
const deliveries = new Semaphore(MAX_DELIVERIES);
let returned: Batch[] = [];
let collector: CollectorPlace | undefined;

self.onmessage = ({ data: message }: MessageEvent<ToWorker>) => {
  switch (message.kind) {
    case "start":
      collector = placeOf(message.options);
      runPipeline(
        message.options,
        async (batches) => {
          await deliveries.acquire();
          post({ kind: "batches", batches }, buffersOf(batches));
          const free = returned;
          returned = [];
          return free;
        },
        stop.signal,
        {
          say: (line) => post({ kind: "say", line }),
          counted: (captured) => post({ kind: "counted", captured }),
          progressed: (progress) => post({ kind: "progressed", progress }),
        },
        collector,
        takesCompact.promise,
      ).then(
        (report) => post({ kind: "done", report }),
        (error) => post({ kind: "failed", error }),
      ).finally(() => self.close());
      break;
    case "taken":
      returned.push(...message.batches);
      deliveries.release();
      break;
    case "moved":
      collector?.moveTo(message.addresses);
      break;
    case "takes-compact":
      takesCompact.resolve();
      break;
    case "stop":
      stop.abort();
      break;
  }
};

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}
