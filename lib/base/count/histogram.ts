import type { Distribution } from "./metric.ts";

/** Bounds for times, in seconds: from what memory needs to what a person does not wait for. */
export const TIME_BOUNDS_S: readonly number[] = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
];

/** Counts observations by how large they are; costs an addition each, and no memory. */
export class Histogram implements Distribution {
  readonly bounds: readonly number[];
  readonly counts: number[];
  count = 0;
  sum = 0;

  /** @param bounds Ascending; see {@linkcode Distribution}. */
  constructor(bounds: readonly number[] = TIME_BOUNDS_S) {
    this.bounds = bounds;
    this.counts = bounds.map(() => 0);
  }

  /** Adds one. */
  observe(value: number): void {
    this.count++;
    this.sum += value;
    const place = this.bounds.findIndex((bound) => value <= bound);
    if (place >= 0) this.counts[place]!++;
  }
}
