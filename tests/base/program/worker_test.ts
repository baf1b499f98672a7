import { assertEquals } from "@std/assert";
import { mayStartWorker } from "../../../lib/base/program/worker_io.ts";

const HERE = new URL(import.meta.url);
const THERE = new URL("../../../lib/gather/pipeline_worker_io.ts", import.meta.url);

Deno.test("a worker may be made from a module that may be read, and from no other place", async () => {
  assertEquals(await mayStartWorker(THERE), true);
  assertEquals(await mayStartWorker(new URL("https://example.com/worker.ts")), false);
});

Deno.test({
  name: "without read permission for its module there is no worker, and nobody is asked",
  permissions: { read: [HERE] },
  async fn() {
    assertEquals(await mayStartWorker(THERE), false);
    assertEquals(await mayStartWorker(HERE), true);
  },
});
