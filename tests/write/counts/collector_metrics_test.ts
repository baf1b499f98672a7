import { assertEquals } from "@std/assert";
import { Histogram } from "../../../lib/base/count/histogram.ts";
import type { Metric } from "../../../lib/base/count/metric.ts";
import { PROCESS_METRICS } from "../../../lib/transport/metrics/process_metrics.ts";
import { SENSOR_METRICS } from "../../../lib/transport/ledger/sensor_metrics.ts";
import { RefusalReason } from "../../../lib/verify/check_session_batch.ts";
import { collectorProblems } from "../../../lib/write/counts/collector_health.ts";
import { COLLECTOR_METRICS } from "../../../lib/write/counts/collector_metrics.ts";
import type { CollectorReading } from "../../../lib/write/counts/collector_reading.ts";
import type { CollectorReport } from "../../../lib/write/counts/collector_report.ts";

type Any = Pick<Metric<never>, "name" | "kind" | "help" | "labels">;
const ALL: readonly Any[] = [...SENSOR_METRICS, ...COLLECTOR_METRICS, ...PROCESS_METRICS];

const REPORT: CollectorReport = {
  ...{ datagrams: 5, overflowed: 0, unstored: 0, stored: new Map(), damagedFiles: 0 },
  refused: new Map([["too short", 3]]),
  session: {
    ...{ connections: 4, accepted: 3, turnedAway: 1, violations: 0 },
    ...{ batches: 9, duplicates: 2, refused: 3, lost: 7n },
  },
  expired: { files: 0, batches: 0, records: 0, bytes: 0 },
};

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
  assertEquals([...labels].sort(), [
    ...["alarm", "application", "by", "client", "deno", "key", "kind", "layer"],
    ...["partition", "program", "reason", "type", "version"],
  ]);
});

Deno.test("what became of batches is told by why, and alarms by kind, of every sensor", () => {
  const reading: CollectorReading = {
    report: REPORT,
    refusals: new Map([[RefusalReason.UnknownType, 2], [RefusalReason.Damaged, 1]]),
    sensors: ["p", "q"].map((name) => ({ name, storedRecords: 0, storedBytes: 0 })),
    alarms: [{ client: "q", kind: "silent" }],
  };
  const told = (name: string) =>
    COLLECTOR_METRICS.filter((each) => each.name === name).flatMap((each) => each.of(reading))
      .filter(({ value }) => value !== 0).map(({ labels, value }) => [...labels, value].join());
  assertEquals(told("farcap_refused_batches_total"), ["unknown type,2", "damaged,1"]);
  assertEquals(told("farcap_refused_datagrams_total"), ["too short,3"]);
  assertEquals(told("farcap_sensor_alarms"), ["q,silent,1"]);
  assertEquals(told("farcap_lost_batches_total"), ["7"]);
});

Deno.test("a collector is not ready while batches wait, and says for what", () => {
  assertEquals(collectorProblems({}), []);
  const store = { commits: new Histogram(), openFiles: 1, stall: undefined };
  assertEquals(collectorProblems({ store }), []);
  const stalled = { ...store, stall: 'Cannot open "x": the disk is full' };
  assertEquals(collectorProblems({ store: stalled }), [
    'batches wait: Cannot open "x": the disk is full',
  ]);
});
