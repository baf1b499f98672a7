/** A token bucket: allows something so many times a second, and so many at once after a pause. */
export class Allowance {
  readonly #perSecond: number;
  readonly #atOnce: number;
  #left: number;
  #atMs: number | undefined;

  constructor(perSecond: number, atOnce = perSecond) {
    this.#perSecond = perSecond;
    this.#atOnce = this.#left = atOnce;
  }

  /** Takes one of what is left; false when nothing is. The time never goes back. */
  take(nowMs: number): boolean {
    this.#earn(nowMs);
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  /**
   * Takes so many whatever is left, down to a debt of as many as a second has; false when nothing was. So
   * as long as more are taken than allowed, none is.
   */
  spend(count: number, nowMs: number): boolean {
    this.#earn(nowMs);
    const isAllowed = this.#left > 0;
    this.#left = Math.max(-this.#perSecond, this.#left - count);
    return isAllowed;
  }

  #earn(nowMs: number): void {
    const earned = (nowMs - (this.#atMs ?? nowMs)) * this.#perSecond / 1000;
    this.#left = Math.min(this.#atOnce, this.#left + earned);
    this.#atMs = nowMs;
  }
}
