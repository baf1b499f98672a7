/** What `docs/metrics.md` says: all metrics, from the registries of both programs. */
import type { Metric } from "../../lib/base/count/metric.ts";
import { PROCESS_METRICS } from "../../lib/transport/metrics/process_metrics.ts";
import { SENSOR_METRICS } from "../../lib/transport/ledger/sensor_metrics.ts";
import { COLLECTOR_METRICS } from "../../lib/write/counts/collector_metrics.ts";
import { table } from "./markdown_table.ts";

const INTRODUCTION =
  `Made by \`deno task docs\` of the registries of what the programs count, which their totals, the books
of a sensor and \`-metrics\` read alike; [operations.md](operations.md#metrics-and-health) says how to
scrape them. Counters begin with 0 when a program is started. What a program does not have, such as a
spool, it does not tell.`;

const SECTIONS: readonly (readonly [string, readonly Described[]])[] = [
  ["Both programs", PROCESS_METRICS],
  ["Sensor", SENSOR_METRICS],
  ["Collector", COLLECTOR_METRICS],
];

type Described = Pick<Metric<never>, "name" | "kind" | "help" | "labels">;

/** The page as it is to be. */
export function metricsPage(): string {
  const sections = SECTIONS.flatMap(([heading, metrics]) => [
    `## ${heading}`,
    table(
      ["metric", "kind", "tells"],
      metrics.filter(({ name }, at) => metrics[at - 1]?.name !== name).map(rowOf),
    ),
  ]);
  return ["# Metrics", INTRODUCTION, ...sections].join("\n\n") + "\n";
}

function rowOf({ name, kind, help, labels }: Described): string[] {
  const braces = labels.length > 0 ? `{${labels.join(",")}}` : "";
  return [`\`${name}${braces}\``, kind, help];
}
