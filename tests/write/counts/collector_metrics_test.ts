import { assertEquals } from "@std/assert";
import type { Metric } from "../../../lib/base/metric.ts";
import { PROCESS_METRICS } from "../../../lib/transport/metrics/process_metrics.ts";
import { SENSOR_METRICS } from "../../../lib/transport/ledger/sensor_metrics.ts";
import { COLLECTOR_METRICS } from "../../../lib/write/counts/collector_metrics.ts";

type Any = Pick<Metric<never>, "name" | "kind" | "help" | "labels">;
const ALL: readonly Any[] = [...SENSOR_METRICS, ...COLLECTOR_METRICS, ...PROCESS_METRICS];

Deno.test("every name says what is counted, in which unit, and that it is a counter's", () => {
  for (const { name, kind, help } of ALL) {
    const isCounter = kind === "counter";
    assertEquals(/^(farcap|process)_[a-z]+(_[a-z]+)*$/.test(name), true, name);
    assertEquals(name.endsWith("_total"), isCounter, name);
    if (kind === "histogram") assertEquals(name.endsWith("_seconds"), true, name);
    assertEquals(/^[A-Z1].*[^.]$/.test(help), true, help);
  }
});

Deno.test("a name means one thing, in both programs, and what shares it stands together", () => {
  const meanings = ALL.map(({ name, kind, help, labels }) => [name, kind, help, ...labels].join());
  const changes = ALL.filter(({ name }, at) => ALL[at - 1]?.name !== name);
  const names = new Set(ALL.map(({ name }) => name));
  assertEquals(changes.length, names.size);
  assertEquals(new Set(meanings).size, names.size);
});

Deno.test("labels are of few names", () => {
  const labels = new Set(ALL.flatMap(({ labels }) => labels));
  const wanted = ["alarm", "by", "client", "deno", "layer", "program", "reason", "type", "version"];
  assertEquals([...labels].sort(), wanted);
});
