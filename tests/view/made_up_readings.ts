import { counter, gauge, type Metric } from "../../lib/base/count/metric.ts";
import { History, Samples } from "../../lib/view/samples.ts";

/** What a made-up registry tells: by name a number, or one for each value of a label. */
export type Told = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** Names that are losses, with their words. */
const LOSSES: Readonly<Record<string, string>> = {
  farcap_dropped_packets_total: "packets dropped by the kernel",
  farcap_evicted_records_total: "records dropped since the queue was full",
};

/** What a registry tells that has these metrics, those by value labelled so. */
export function samplesOf(told: Told, atMs: number, label = "type"): Samples {
  const metrics = Object.entries(told).map(([name, value]): Metric<Told> => {
    const make = name.endsWith("_total") ? counter<Told> : gauge<Told>;
    const loss = LOSSES[name];
    return make(name, {
      help: name,
      ...(loss !== undefined && { loss }),
      ...(typeof value !== "number" && { labels: [label] }),
      of: () =>
        typeof value === "number"
          ? value
          : Object.entries(value).map(([of, value]) => ({ labels: [of], value })),
    });
  });
  return Samples.of(metrics, told, atMs);
}

/** What a registry told, a reading every second. */
export function historyOf(readings: readonly Told[], label?: string): History {
  const history = new History();
  for (const [at, told] of readings.entries()) history.add(samplesOf(told, 1000 * at, label));
  return history;
}
