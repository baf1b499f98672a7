/// <reference lib="deno.worker" />
/** The pipeline in a worker; it acts when it is loaded. */
import { expectRelease } from "../base/bytes/release.ts";
import { Semaphore } from "../base/wait/semaphore.ts";
import { type Batch, partsOf } from "./batch.ts";
import type { AskForCounts } from "./pipeline_listener.ts";
import { RecordCounts } from "./record_counts.ts";
import type { CollectorPlace } from "../capture/collector_place.ts";
import { placeOf, runPipeline } from "./pipeline_io.ts";
import { buffersOf, type FromWorker, type ToWorker } from "./pipeline_messages.ts";

/** How many deliveries may be on their way: enough that neither thread waits for the other's message. */
const MAX_DELIVERIES = 4;

expectRelease();

const stop = new AbortController();
const takesCompact = Promise.withResolvers<void>();
const deliveries = new Semaphore(MAX_DELIVERIES);
let returned: Batch[] = [];
let collector: CollectorPlace | undefined;
let ask: AskForCounts | undefined;
/** Delivered by the pipeline, and not posted yet. */
let unposted: readonly Batch[] = [];

self.onmessage = ({ data: message }: MessageEvent<ToWorker>) => {
  switch (message.kind) {
    case "start":
      collector = placeOf(message.options);
      runPipeline(
        message.options,
        async (batches) => {
          unposted = batches;
          await deliveries.acquire();
          unposted = [];
          post({ kind: "batches", batches }, buffersOf(batches));
          const free = returned;
          returned = [];
          return free;
        },
        stop.signal,
        {
          say: (line) => post({ kind: "say", line }),
          begun: (each) => ask = each,
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
    case "count":
      ask?.((counts) => {
        const waiting = new RecordCounts(counts.waiting);
        for (const batch of unposted) waiting.add(partsOf(batch));
        post({ kind: "counted", counts: { ...counts, waiting } });
      });
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
