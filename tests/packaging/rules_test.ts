/** Alerts and dashboard ask for what there is, and alerts stand when they should. */
import { assert, assertEquals } from "@std/assert";
import type { Metric } from "../../lib/base/count/metric.ts";
import { SENSOR_METRICS } from "../../lib/transport/ledger/sensor_metrics.ts";
import { PROCESS_METRICS } from "../../lib/transport/metrics/process_metrics.ts";
import { COLLECTOR_METRICS } from "../../lib/write/counts/collector_metrics.ts";
import { needs, PROMETHEUS } from "../needs.ts";
import { inFolder } from "../programs/program.ts";
import { promtool } from "../transport/metrics/promtool.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const RULES = `${ROOT}packaging/farcap.rules.yml`;
const CASES = `${ROOT}tests/packaging/farcap.rules.test.yml`;
const DASHBOARD = `${ROOT}packaging/farcap.dashboard.json`;

type Known = Pick<Metric<never>, "name" | "kind" | "labels">;
const METRICS: readonly Known[] = [...SENSOR_METRICS, ...COLLECTOR_METRICS, ...PROCESS_METRICS];
/** What Prometheus itself adds, and the parts of a histogram. */
const LABELS = new Set([...METRICS.flatMap(({ labels }) => labels), "job", "instance", "le"]);
const NAMES = new Set(
  METRICS.flatMap(({ name, kind }) =>
    kind === "histogram" ? ["_bucket", "_count", "_sum"].map((part) => name + part) : [name]
  ),
);

/** Asserts that every metric of an expression exists, and every label of the expression, too. */
function assertKnown(expression: string): void {
  const names = expression.match(/\b(farcap|process)_\w+/g) ?? [];
  for (const name of names) assert(NAMES.has(name), `no metric ${name} in ${expression}`);
  const selected = [...expression.matchAll(/(\w+)\s*(?:=|!=|=~|!~)\s*"/g)].map(([, label]) =>
    label!
  );
  const grouped = [...expression.matchAll(/\bby\s*\(([^)]*)\)/g)]
    .flatMap(([, list]) => list!.split(",").map((label) => label.trim()));
  for (const label of [...selected, ...grouped]) {
    assert(LABELS.has(label), `no label ${label} in ${expression}`);
  }
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

async function dashboard() {
  const { panels, templating } = JSON.parse(await Deno.readTextFile(DASHBOARD));
  return {
    panels: panels as Panel[],
    queries: (templating.list as { query: string }[]).map(({ query }) => query),
  };
}

async function expressions(): Promise<string[]> {
  const { panels } = await dashboard();
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

Deno.test("alerts ask for metrics and labels that exist", async () => {
  const text = await Deno.readTextFile(RULES);
  const alerts = text.split(/^ +- alert: /m).slice(1);
  assert(alerts.length > 10);
  for (const alert of alerts) assertKnown(/expr:([\s\S]*?)\n +(?:for|labels):/.exec(alert)![1]!);
});

Deno.test("the dashboard shows metrics and labels that exist, each panel something", async () => {
  const { panels, queries } = await dashboard();
  for (const { title, type, targets = [] } of panels) {
    assertEquals(targets.length > 0, type !== "row", title);
    for (const { expr, legendFormat } of targets) {
      assertKnown(expr);
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        assert(LABELS.has(label!), `no label ${label} in ${legendFormat}`);
      }
    }
  }
  for (const query of queries) assertKnown(query);
});

Deno.test("every alert has a case in which it stands", async () => {
  const alerts = [...(await Deno.readTextFile(RULES)).matchAll(/- alert: (\w+)/g)];
  const cases = await Deno.readTextFile(CASES);
  const standing = [...cases.matchAll(/alertname: (\w+)\n +exp_alerts:/g)].map(([, name]) => name);
  assertEquals(alerts.map(([, name]) => name).filter((name) => !standing.includes(name)), []);
});

Deno.test({
  ...needs(
    "promtool finds nothing wrong with the alerts, and they stand when they should",
    PROMETHEUS,
  ),
  fn: async () => {
    const checked = await promtool("check", "rules", "--lint=all", "--lint-fatal", RULES);
    assertEquals([checked.code, checked.said.includes("SUCCESS")], [0, true], checked.said);
    const tested = await promtool("test", "rules", CASES);
    assertEquals(tested.code, 0, tested.said);
  },
});

Deno.test({
  ...needs("promtool understands every expression of the dashboard", PROMETHEUS),
  fn: () =>
    inFolder(async (folder) => {
      const rules = (await expressions()).map((expr, n) => ({
        record: `panel:${n}`,
        expr: expr.replaceAll(/\$__(rate_interval|range)/g, "5m").replaceAll("$job", "farcap")
          .replaceAll("$client", ".*"),
      }));
      const path = `${folder}/panels.json`; // YAML takes JSON
      await Deno.writeTextFile(path, JSON.stringify({ groups: [{ name: "panels", rules }] }));
      const { code, said } = await promtool("check", "rules", "--lint=none", path);
      assertEquals(code, 0, said);
    }),
});
