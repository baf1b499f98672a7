import { assertEquals } from "@std/assert";
import { Histogram } from "../../../lib/base/count/histogram.ts";
import { createLiveCounts } from "../../../lib/capture/live_options.ts";
import type { LinkState } from "../../../lib/transport/link_state.ts";
import { sensorProblems } from "../../../lib/transport/metrics/sensor_health.ts";

const LINK: LinkState = {
  ...{ isConnected: true, connections: 1, failures: 0, handshakes: new Histogram(), awayMs: 0 },
  ...{ why: undefined, clockAheadMs: 0, queueBytes: 0, maxQueueBytes: 1, creditBytes: 0 },
  spool: undefined,
};

Deno.test("a sensor is ready while it is connected, and captures from all interfaces", () => {
  assertEquals(sensorProblems({ pipeline: {}, link: LINK }), []);
  assertEquals(sensorProblems({ pipeline: { live: createLiveCounts() }, link: undefined }), []);
});

Deno.test("it is not without a collector, after a moment, or with an interface down", () => {
  const away = { ...LINK, isConnected: false, awayMs: 9_000, why: "it does not answer" };
  assertEquals(sensorProblems({ pipeline: {}, link: away }), []);
  const gone = { ...away, awayMs: 75_400 };
  const live = { ...createLiveCounts(), down: 2 };
  assertEquals(sensorProblems({ pipeline: { live }, link: gone }), [
    "2 of the interfaces are missing or down",
    "no collector for 75 s: it does not answer",
  ]);
  const never = { ...away, connections: 0, awayMs: 1_000, why: undefined };
  assertEquals(sensorProblems({ pipeline: {}, link: never }), ["no collector for 1 s"]);
});
