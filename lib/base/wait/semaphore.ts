/** Permits of which only so many are given out at a time; who finds none waits, in the order of the calls. */
export class Semaphore {
  #permits: number;
  readonly #waiting: (() => void)[] = [];

  /** @param permits How many may be held at a time. */
  constructor(permits: number) {
    this.#permits = permits;
  }

  /** Takes a permit, waiting for one when there is none left. */
  acquire(): Promise<void> {
    if (this.#permits > 0) {
      this.#permits--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a permit back: to who has waited longest, if anybody waits. */
  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#permits++;
  }
}
