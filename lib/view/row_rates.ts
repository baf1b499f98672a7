/** What a sensor's row told. */
export interface RowPoint {
  /** When the sensor closed it, in seconds. */
  readonly at: number;
  readonly values: readonly number[];
}

/** Rates of what comes in rows, once in a while: between the last two rows of each sensor. */
export class RowRates {
  readonly #points = new Map<string, readonly [before: RowPoint | undefined, last: RowPoint]>();

  /** Takes note of a sensor's last row, which may be that of before. */
  take(name: string, point: RowPoint): void {
    const last = this.#points.get(name)?.[1];
    if (last?.at !== point.at) this.#points.set(name, [last, point]);
  }

  /** How much more of the value at `index` there was a second; 0 before the second row. */
  rate(name: string, index: number): number {
    const [before, last] = this.#points.get(name) ?? [];
    if (!before || !last || last.at <= before.at) return 0;
    return Math.max(0, last.values[index]! - before.values[index]!) / (last.at - before.at);
  }
}
