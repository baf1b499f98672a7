/**
 * A clock that stands still but for timers, which end at once: so waiting can be tested by what it
 * comes to. It takes the place of `performance.now` and `setTimeout` until it is disposed of.
 */
export class VirtualTime implements Disposable {
  nowMs = 0;
  /** How often something waited. */
  waits = 0;
  readonly #now = performance.now;
  readonly #setTimeout = globalThis.setTimeout;

  constructor() {
    performance.now = () => this.nowMs;
    globalThis.setTimeout = ((callback: () => void, ms = 0) => {
      this.waits++;
      this.nowMs += ms;
      queueMicrotask(callback);
      return 0;
    }) as unknown as typeof setTimeout;
  }

  [Symbol.dispose](): void {
    performance.now = this.#now;
    globalThis.setTimeout = this.#setTimeout;
  }
}
