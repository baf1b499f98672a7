/// <reference lib="deno.worker" />
/** The pipeline in a worker: the one module that acts when it is loaded. */
import { Credit } from "./credit.ts";
import { runPipeline } from "./pipeline_io.ts";
import type { FromWorker, ToWorker } from "./pipeline_messages.ts";

const stop = new AbortController();
const credit = new Credit();

self.onmessage = ({ data: message }: MessageEvent<ToWorker>) => {
  switch (message.kind) {
    case "start":
      runPipeline(message.options, async (batches) => {
        await credit.take();
        post({ kind: "batches", batches }, batches.map((batch) => batch.data.buffer));
      }, stop.signal).then((report) => {
        post({ kind: "done", report });
        self.close();
      });
      break;
    case "taken":
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
