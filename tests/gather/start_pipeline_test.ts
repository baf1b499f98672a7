import { assertEquals } from "@std/assert";
import type { PipelineOptions } from "../../lib/gather/pipeline_options.ts";
import type { LiveOptions } from "../../lib/capture/live_options.ts";
import { startPipeline } from "../../lib/gather/start_pipeline_io.ts";
import { OFFICE, optionsFor } from "./gathered.ts";

// What the pipeline does in either place is in pipeline_test.ts.

/** Whether startPipeline() makes a worker, seen by having none to make. */
async function asksForWorker(options: PipelineOptions): Promise<boolean> {
  const { Worker } = globalThis;
  let isAsked = false;
  Object.assign(globalThis, {
    Worker: class {
      constructor() {
        isAsked = true;
        throw new Error("no worker here");
      }
    },
  });
  try {
    await startPipeline(options, (batches) => Promise.resolve(batches), AbortSignal.abort());
  } catch (error) {
    assertEquals((error as Error).message, "no worker here");
  } finally {
    Object.assign(globalThis, { Worker });
  }
  return isAsked;
}

Deno.test("startPipeline() uses a worker for files, but standard input belongs to this thread", async () => {
  assertEquals(await asksForWorker(optionsFor([OFFICE])), true);
  assertEquals(await asksForWorker(optionsFor([OFFICE, "-"])), false);
});

Deno.test("startPipeline() uses a worker for a live capture where there are to be two threads, not by itself", async () => {
  const nothing: Partial<LiveOptions> = { interfaces: [] };
  const live = { ...optionsFor([]), live: nothing as LiveOptions };
  assertEquals(await asksForWorker({ ...live, threads: 2 }), true);
  assertEquals(await asksForWorker({ ...live, threads: 1 }), false);
  assertEquals(await asksForWorker(live), false);
  assertEquals(await asksForWorker({ ...optionsFor([OFFICE]), threads: 1 }), false);
});

Deno.test({
  name: "startPipeline() asks for no permission: without it there is no worker",
  permissions: { read: [OFFICE] },
  fn: async () => assertEquals(await asksForWorker(optionsFor([OFFICE])), false),
});
