/**
 * A token bucket: allows something so many times a second, and as many at once after a second without.
 */
export class Allowance {
  readonly #perSecond: number;
  #left: number;
  #atMs: number | undefined;

  constructor(perSecond: number) {
    this.#perSecond = this.#left = perSecond;
  }

  /** Takes one of what is left; false when nothing is. The time never goes back. */
  take(nowMs: number): boolean {
    const earned = (nowMs - (this.#atMs ?? nowMs)) * this.#perSecond / 1000;
    this.#left = Math.min(this.#perSecond, this.#left + earned);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
