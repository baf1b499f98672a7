/** How far the wall clock may be ahead of what has gone by: more than clocks drift between two questions. */
const SLACK_MS = 60_000;
/** How long it has to stay ahead until it is believed. */
const BELIEVED_MS = 86_400_000;

/**
 * The time by which something may be deleted: the wall clock's, but never more than has gone by since the
 * last question. One that is set forward is believed when it has stayed there for a day, one that is set
 * back at once: who waits too long deletes nothing that was to be kept.
 */
export class SteadyTime {
  /** Of the wall clock, before the monotonic one. */
  #aheadMs: number;
  #sinceMs: number | undefined;

  constructor(wallMs: number, monotonicMs: number) {
    this.#aheadMs = wallMs - monotonicMs;
  }

  /** ms since 1970. */
  now(wallMs: number, monotonicMs: number): number {
    const aheadMs = wallMs - monotonicMs;
    const isJump = aheadMs > this.#aheadMs + SLACK_MS;
    if (isJump) this.#sinceMs ??= monotonicMs;
    else this.#sinceMs = undefined;
    if (!isJump || monotonicMs - this.#sinceMs! >= BELIEVED_MS) this.#aheadMs = aheadMs;
    return monotonicMs + this.#aheadMs;
  }
}
