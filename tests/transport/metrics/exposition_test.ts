import { assertEquals } from "@std/assert";
import { Histogram } from "../../../lib/base/count/histogram.ts";
import {
  counter,
  gauge,
  histogram,
  type Metric,
  type Sample,
} from "../../../lib/base/count/metric.ts";
import { metricsText } from "../../../lib/transport/metrics/exposition.ts";
import { needs, PROMETHEUS } from "../../needs.ts";
import { checkMetrics } from "./promtool.ts";

/** Names that strangers could choose. */
const HOSTILE = ['a"b', "a\\b", "a\nb", 'a"} 1\nevil_total{x="', "\u202e\u0000\ufffd", "{}#,=", ""];

const named = (names: readonly string[]): Metric<null> =>
  counter("farcap_x_total", {
    help: "What \\ is\nbehind",
    labels: ["client"],
    of: () => names.map((name, at): Sample => ({ labels: [name], value: at })),
  });

Deno.test("each metric has its help and type once, and a line for each sample", () => {
  const text = metricsText([
    gauge<null>("farcap_none", { help: "Nothing", of: () => undefined }),
    counter<null>("farcap_a_total", {
      ...{ help: "A", labels: ["by"], of: () => [{ labels: ["kernel"], value: 1 }] },
    }),
    counter<null>("farcap_a_total", {
      ...{ help: "A", labels: ["by"], of: () => [{ labels: ["interface"], value: 2.5 }] },
    }),
    gauge<null>("farcap_b", { help: "B", of: () => -Infinity }),
  ], null);
  assertEquals(
    text,
    `# HELP farcap_a_total A
# TYPE farcap_a_total counter
farcap_a_total{by="kernel"} 1
farcap_a_total{by="interface"} 2.5
# HELP farcap_b B
# TYPE farcap_b gauge
farcap_b -Inf
`,
  );
  assertEquals(metricsText([], null), "");
});

// The escapes are those of the format's description: backslash, line feed, and quotes in labels.
Deno.test("names cannot end a label or a line", () => {
  const text = metricsText([named(['a"} 1\nevil_total{x="', "\\n"])], null);
  assertEquals(text.split("\n").slice(0, -1), [
    "# HELP farcap_x_total What \\\\ is\\nbehind",
    "# TYPE farcap_x_total counter",
    'farcap_x_total{client="a\\"} 1\\nevil_total{x=\\""} 0',
    'farcap_x_total{client="\\\\n"} 1',
  ]);
});

Deno.test("a bucket of a histogram holds those of the buckets before it", () => {
  const times = new Histogram([0.5, 2]);
  for (const value of [0.25, 0.5, 1, 4]) times.observe(value);
  const text = metricsText([histogram<null>("x_seconds", { help: "X", of: () => times })], null);
  assertEquals(text.split("\n").slice(2, -1), [
    'x_seconds_bucket{le="0.5"} 2',
    'x_seconds_bucket{le="2"} 3',
    'x_seconds_bucket{le="+Inf"} 4',
    "x_seconds_sum 5.75",
    "x_seconds_count 4",
  ]);
});

Deno.test({
  ...needs("promtool finds nothing wrong with any name and with histograms", PROMETHEUS),
  fn: async () => {
    const times = new Histogram();
    times.observe(0.01);
    const x = histogram<null>("farcap_t_seconds", { help: "Times", of: () => times });
    assertEquals(await checkMetrics(metricsText([named(HOSTILE), x], null)), "");
    assertEquals((await checkMetrics('farcap_x_total{client="a"b"} 0\n')) !== "", true);
  },
});
