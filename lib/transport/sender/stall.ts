/** When a connected collector acknowledges nothing for longer, that is said. */
export const SAY_STALLED_MS = 10_000;

/** Notices a collector that acknowledges nothing of what waits for it. */
export class Stall {
  /** When a batch was last settled, or none waited for that; Infinity when it has been said since. */
  #movedAtMs = Infinity;

  /** A batch was settled, or none could have been. */
  moved(nowMs: number): void {
    this.#movedAtMs = nowMs;
  }

  /** Whether it is to be said now: once, until something moves. @param isWaiting Whether anything could. */
  isDue(nowMs: number, isWaiting: boolean): boolean {
    if (!isWaiting) this.moved(nowMs);
    if (nowMs - this.#movedAtMs < SAY_STALLED_MS) return false;
    this.#movedAtMs = Infinity;
    return true;
  }
}
