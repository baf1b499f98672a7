/// <reference lib="deno.worker" />
/** The pipeline in a worker; it acts when it is loaded. */
import { Credit } from "./credit.ts";
import type { Batch } from "./batch.ts";
import { runPipeline } from "./pipeline_io.ts";
import { buffersOf, type FromWorker, type ToWorker } from "./pipeline_messages.ts";

const stop = new AbortController();
const credit = new Credit();
let returned: Batch[] = [];

self.onmessage = ({ data: message }: MessageEvent<ToWorker>) => {
  switch (message.kind) {
    case "start":
      runPipeline(
        message.options,
        async (batches) => {
          await credit.take();
          post({ kind: "batches", batches }, buffersOf(batches));
          const free = returned;
          returned = [];
          return free;
        },
        stop.signal,
        (line) => post({ kind: "say", line }),
      ).then((report) => {
        post({ kind: "done", report });
        self.close();
      });
      break;
    case "taken":
      returned.push(...message.batches);
      credit.give();
      break;
    case "stop":
      stop.abort();
      break;
  }
};

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}
