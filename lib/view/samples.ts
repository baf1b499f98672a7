import type { Losses } from "../base/count/losses.ts";
import { lossesOf, type Metric, type Sample, totalOf } from "../base/count/metric.ts";

/** What a registry told at one moment, by the names of its metrics. */
export class Samples {
  /** When it did, by a clock that never goes back. */
  readonly atMs: number;
  /** What was lost so far. */
  readonly losses: Losses;
  readonly #byName = new Map<string, Told[]>();

  constructor(atMs: number, losses: Losses) {
    this.atMs = atMs;
    this.losses = losses;
  }

  /** Reads everything that the registry has. */
  static of<From>(metrics: readonly Metric<From>[], from: From, atMs: number): Samples {
    const all = new Samples(atMs, lossesOf(metrics, from));
    for (const metric of metrics) {
      const told = {
        labels: metric.labels,
        total: totalOf(metric, from),
        samples: metric.of(from),
      };
      const others = all.#byName.get(metric.name);
      if (others) others.push(told);
      else all.#byName.set(metric.name, [told]);
    }
    return all;
  }

  /** All that a metric tells together; undefined where it tells nothing just now. */
  total(name: string): number | undefined {
    const told = (this.#byName.get(name) ?? []).filter(({ samples }) => samples.length > 0);
    return told.length === 0 ? undefined : told.reduce((sum, { total }) => sum + total, 0);
  }

  /**
   * The same for each value of a label.
   *
   * @param where A label with the value that all have to have.
   */
  by(
    label: string,
    name: string,
    where?: readonly [label: string, value: string],
  ): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const { labels, samples } of this.#byName.get(name) ?? []) {
      const at = labels.indexOf(label);
      for (const { labels: values, value } of at < 0 ? [] : samples) {
        if (typeof value !== "number") continue;
        if (where && values[labels.indexOf(where[0])] !== where[1]) continue;
        sums.set(values[at]!, (sums.get(values[at]!) ?? 0) + value);
      }
    }
    return sums;
  }
}

interface Told {
  readonly labels: readonly string[];
  readonly total: number;
  readonly samples: readonly Sample[];
}

/** Rates are those since the oldest of so many moments. */
const KEPT = 6;

/** What a registry told lately. */
export class History {
  readonly #kept: Samples[] = [];

  add(samples: Samples): void {
    this.#kept.push(samples);
    if (this.#kept.length > KEPT) this.#kept.shift();
  }

  /** The newest; undefined before the first. */
  get now(): Samples | undefined {
    return this.#kept.at(-1);
  }

  /** How much of a counter there was a second; 0 before the second reading. */
  rate(valueOf: (samples: Samples) => number | undefined): number {
    const [before, now] = [this.#kept[0], this.#kept.at(-1)];
    if (!before || !now || now.atMs <= before.atMs) return 0;
    const more = (valueOf(now) ?? 0) - (valueOf(before) ?? 0);
    return Math.max(0, more) / (now.atMs - before.atMs) * 1000;
  }
}
