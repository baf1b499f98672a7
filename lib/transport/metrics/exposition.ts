import type { Distribution, Metric } from "../../base/count/metric.ts";

/** What {@linkcode metricsText} is: the first text format of Prometheus. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * All that metrics tell of one reading, as Prometheus reads it. Those that share a name have to stand
 * together.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 *
 * ```ts
 * import { gauge } from "../../base/count/metric.ts";
 * import { metricsText } from "./exposition.ts";
 *
 * const size = gauge<number>("size_bytes", { help: "How large", of: (bytes) => bytes });
 * const text = "# HELP size_bytes How large\n# TYPE size_bytes gauge\nsize_bytes 7\n";
 * if (metricsText([size], 7) !== text) throw new Error("one metric, three lines");
 * ```
 */
export function metricsText<From>(metrics: readonly Metric<From>[], from: From): string {
  let text = "";
  let family: string | undefined;
  for (const { name, kind, help, labels, of } of metrics) {
    for (const { labels: values, value } of of(from)) {
      if (family !== name) {
        text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n`;
        family = name;
      }
      let pairs = "";
      for (let at = 0; at < labels.length; at++) {
        if (at > 0) pairs += ",";
        pairs += `${labels[at]}="${escapeLabel(values[at]!)}"`;
      }
      if (typeof value !== "number") text += histogramText(name, pairs, value);
      else text += `${name}${braced(pairs)} ${numberText(value)}\n`;
    }
  }
  return text;
}

/** Each bucket holds those before it, too. */
function histogramText(
  name: string,
  pairs: string,
  { bounds, counts, count, sum }: Distribution,
): string {
  const others = pairs === "" ? "" : `${pairs},`;
  let text = "";
  let below = 0;
  for (const [at, bound] of bounds.entries()) {
    below += counts[at]!;
    text += `${name}_bucket{${others}le="${bound}"} ${below}\n`;
  }
  return text + `${name}_bucket{${others}le="+Inf"} ${count}\n` +
    `${name}_sum${braced(pairs)} ${numberText(sum)}\n${name}_count${braced(pairs)} ${count}\n`;
}

function braced(pairs: string): string {
  return pairs === "" ? "" : `{${pairs}}`;
}

function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** Few need it. */
function escapeLabel(text: string): string {
  return /[\\\n"]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}
