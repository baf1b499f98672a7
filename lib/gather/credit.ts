/** How many deliveries may be on their way: enough that neither thread waits for the other's message. */
const DELIVERIES = 4;

/** Counts what may still be sent to the other thread, and lets a sender wait for more. */
export class Credit {
  #left = DELIVERIES;
  #waiting: (() => void)[] = [];

  /** Takes one, waiting for it when there is none left. */
  take(): Promise<void> {
    if (this.#left > 0) {
      this.#left--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives one back. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#left++;
  }
}
