/** Below this, a packet before the last one is out of order; beyond, the clock was set back. */
const MAX_DISORDER_SECONDS = 5;

/**
 * How much time has passed, in seconds, by which connections are idle. Of files it is the packets' own:
 * what is out of order does not count, and a clock that is set back goes on from there. Live it is the
 * steady clock that {@linkcode FlowTime.tick} tells.
 */
export class FlowTime {
  now = 0;
  /** How often a clock was set back. */
  jumpsBack = 0;
  #latest = NaN;
  #tickedAt = NaN;

  /** A packet of that time has come. */
  packet(sec: number, nsec: number): void {
    if (!Number.isNaN(this.#tickedAt)) return;
    const time = sec + nsec / 1e9;
    const step = time - this.#latest;
    if (step > 0) this.now += step;
    else if (step > -MAX_DISORDER_SECONDS) return;
    else if (step < 0) this.jumpsBack++;
    this.#latest = time;
  }

  /** It is so late by a steady clock, in seconds; packets' times do not count from now on. */
  tick(seconds: number): void {
    if (seconds > this.#tickedAt) this.now += seconds - this.#tickedAt;
    this.#tickedAt = seconds;
  }
}
