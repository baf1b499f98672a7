import type { Distribution, Metric } from "../../base/metric.ts";

/** What {@linkcode metricsText} is: the first text format of Prometheus. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * All that metrics tell of one reading, as Prometheus reads it. Those that share a name have to stand
 * together.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 *
 * ```ts
 * import { gauge } from "../../base/metric.ts";
 * import { metricsText } from "./exposition.ts";
 *
 * const size = gauge<number>("size_bytes", { help: "How large", of: (bytes) => bytes });
 * const text = "# HELP size_bytes How large\n# TYPE size_bytes gauge\nsize_bytes 7\n";
 * if (metricsText([size], 7) !== text) throw new Error("one metric, three lines");
 * ```
 */
export function metricsText<From>(metrics: readonly Metric<From>[], from: From): string {
  const lines: string[] = [];
  let family: string | undefined;
  for (const { name, kind, help, labels, of } of metrics) {
    for (const sample of of(from)) {
      if (family !== name) {
        lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${kind}`);
        family = name;
      }
      const pairs = labels.map((label, at) => `${label}="${escapeLabel(sample.labels[at]!)}"`);
      const { value } = sample;
      if (typeof value !== "number") lines.push(...histogramLines(name, pairs, value));
      else lines.push(`${name}${braced(pairs)} ${numberText(value)}`);
    }
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Each bucket holds those before it, too. */
function* histogramLines(
  name: string,
  pairs: readonly string[],
  { bounds, counts, count, sum }: Distribution,
): IterableIterator<string> {
  let below = 0;
  for (const [at, bound] of bounds.entries()) {
    below += counts[at]!;
    yield `${name}_bucket${braced([...pairs, `le="${bound}"`])} ${below}`;
  }
  yield `${name}_bucket${braced([...pairs, 'le="+Inf"'])} ${count}`;
  yield `${name}_sum${braced(pairs)} ${numberText(sum)}`;
  yield `${name}_count${braced(pairs)} ${count}`;
}

function braced(pairs: readonly string[]): string {
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
