const SAY_AGAIN_MS = 60_000;
/** Reasons remembered: the other side's words may be in them, so that there may be any number. */
const MAX_REASONS = 100;

/**
 * What is to be said while one try to connect after another fails: every reason when it is new, and
 * again once a minute with how long it has lasted by then. Two reasons that take turns, as at a host
 * with two addresses, are each said as seldom.
 */
export class Outage {
  readonly #sinceMs: number;
  readonly #saidAtMs = new Map<string, number>();

  /** @param sinceMs When there was last a connection. */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  /** The line's end for a try that failed for a reason, as in `: it does not answer; trying again`; undefined for none. */
  say(why: string, nowMs: number): string | undefined {
    const isFirst = this.#saidAtMs.size === 0;
    const saidAtMs = this.#saidAtMs.get(why);
    if (saidAtMs !== undefined && nowMs - saidAtMs < SAY_AGAIN_MS) return undefined;
    this.#saidAtMs.delete(why); // those said longest ago come first
    this.#saidAtMs.set(why, nowMs);
    if (this.#saidAtMs.size > MAX_REASONS) {
      this.#saidAtMs.delete(this.#saidAtMs.keys().next().value!);
    }
    const since = isFirst ? "" : `, for ${Math.round((nowMs - this.#sinceMs) / 1000)} s now`;
    return `: ${why}; trying again${since}`;
  }
}
