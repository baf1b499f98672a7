/** How much of something there was in each of the last spans of time, of several names. */
export class RateHistory {
  readonly #points: number;
  readonly #stepMs: number;
  readonly #rates = new Map<string, number[]>();
  #counts: ReadonlyMap<string, number> = new Map();
  #sinceMs: number | undefined;

  /**
   * @param points How many spans are remembered.
   * @param stepMs How long each is.
   */
  constructor(points: number, stepMs: number) {
    this.#points = points;
    this.#stepMs = stepMs;
  }

  /** How long a span is. */
  get stepMs(): number {
    return this.#stepMs;
  }

  /**
   * Takes note of counters as they are now.
   *
   * @returns The rates a second of the span that has ended, if one has.
   */
  take(
    counts: ReadonlyMap<string, number>,
    nowMs: number,
  ): ReadonlyMap<string, number> | undefined {
    if (this.#sinceMs === undefined) {
      this.#counts = counts;
      this.#sinceMs = nowMs;
      return undefined;
    }
    const lastedMs = nowMs - this.#sinceMs;
    if (lastedMs < this.#stepMs) return undefined;
    const ended = new Map<string, number>();
    for (const [name, count] of counts) {
      const rate = Math.max(0, count - (this.#counts.get(name) ?? 0)) / lastedMs * 1000;
      ended.set(name, rate);
      const rates = this.#rates.get(name) ?? [];
      this.#rates.set(name, rates);
      rates.push(rate);
      if (rates.length > this.#points) rates.shift();
    }
    this.#counts = counts;
    this.#sinceMs = nowMs;
    return ended;
  }

  /** By name, the oldest first; of a name that came later there are fewer. */
  get rates(): ReadonlyMap<string, readonly number[]> {
    return this.#rates;
  }
}
