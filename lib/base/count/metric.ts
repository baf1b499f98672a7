import type { Losses } from "./losses.ts";

/** How often something lasted how long: what a {@linkcode Histogram} has observed. */
export interface Distribution {
  /** Upper bounds of the buckets, ascending, each included; what is above the last is in `count` only. */
  readonly bounds: readonly number[];
  /** By bucket, what lies within its bounds. */
  readonly counts: readonly number[];
  /** How many in all. */
  readonly count: number;
  /** All of them together. */
  readonly sum: number;
}

/** One of the numbers that a metric tells. */
export interface Sample {
  /** Values of the labels, in the metric's order. */
  readonly labels: readonly string[];
  /** A number, or what a histogram has. */
  readonly value: number | Distribution;
}

/**
 * An entry of a program's registry of counters: what something that is counted is called, and where its
 * number is read. Totals, books and `-metrics` are made of these, so that no number has a second source.
 */
export interface Metric<From> {
  /** Its whole name: `farcap_captured_packets_total`, the unit behind what is counted. */
  readonly name: string;
  /** A counter only rises while a program runs; a gauge is what is so just now. */
  readonly kind: "counter" | "gauge" | "histogram";
  /** One sentence, without the point at its end. */
  readonly help: string;
  /** Names of the labels, whose values are of closed sets. */
  readonly labels: readonly string[];
  /** In words, what is lost: `packets dropped by the kernel`; undefined where that is no loss. */
  readonly loss?: string;
  /** Reads it: nothing where it is not known, or does not apply. */
  readonly of: (from: From) => readonly Sample[];
}

/** What a metric is made of; a number stands for one sample without labels. */
export interface MetricSource<From> {
  readonly help: string;
  readonly labels?: readonly string[];
  readonly loss?: string;
  readonly of: (from: From) => number | Distribution | undefined | Iterable<Sample>;
}

/** A counter; `farcap_` and `_total` belong to the name. */
export function counter<From>(name: string, source: MetricSource<From>): Metric<From> {
  return metric(name, "counter", source);
}

/** A gauge. */
export function gauge<From>(name: string, source: MetricSource<From>): Metric<From> {
  return metric(name, "gauge", source);
}

/** A histogram. */
export function histogram<From>(name: string, source: MetricSource<From>): Metric<From> {
  return metric(name, "histogram", source);
}

function metric<From>(
  name: string,
  kind: Metric<From>["kind"],
  { of, labels = [], ...source }: MetricSource<From>,
): Metric<From> {
  const read = (from: From): readonly Sample[] => {
    const value = of(from);
    if (value === undefined) return [];
    if (typeof value === "object" && Symbol.iterator in value) return [...value];
    return [{ labels: [], value }];
  };
  return { name, kind, ...source, labels, of: read };
}

/** A sample of each entry, those included that are 0: what begins to rise later has been seen before. */
export function* samplesOf<Key, Value>(
  counts: Iterable<readonly [Key, Value]>,
  labelOf: (key: Key) => string,
  valueOf: (value: Value) => number,
): IterableIterator<Sample> {
  for (const [key, each] of counts) yield { labels: [labelOf(key)], value: valueOf(each) };
}

/** All that a metric tells together; of a histogram, how much it has observed. */
export function totalOf<From>(metric: Metric<From>, from: From): number {
  let total = 0;
  for (const { value } of metric.of(from)) total += typeof value === "number" ? value : value.count;
  return total;
}

/** How much was lost so far, by what it was. */
export function lossesOf<From>(metrics: readonly Metric<From>[], from: From): Losses {
  return Object.fromEntries(
    metrics.flatMap((each) =>
      each.loss === undefined ? [] : [[each.loss, totalOf(each, from)] as const]
    ),
  );
}
