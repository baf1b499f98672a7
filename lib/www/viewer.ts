import type { PageCounts } from "../write/counts/page_counts.ts";

/** What may wait for one viewer. */
const MAX_WAITING_CHARACTERS = 256 * 1024;

/**
 * What waits for one viewer of the page, as server-sent events. Who reads more slowly than it comes costs
 * no more than that: what does not fit is dropped and counted, and so is all that waits; then the viewer
 * has to be told everything again.
 */
export class Viewer {
  readonly #counts: PageCounts;
  #waiting: string[] = [];
  #length = 0;
  #wake: () => void = () => {};
  /** Whether it has to be told everything, since it has been told nothing or not all. */
  needsAll = true;

  constructor(counts: PageCounts) {
    this.#counts = counts;
  }

  /** Adds an event. @param data A line. */
  push(event: string, data: string): void {
    const text = `event: ${event}\ndata: ${data}\n\n`;
    if (this.#length + text.length > MAX_WAITING_CHARACTERS && this.#length > 0) {
      this.#counts.droppedEvents += this.#waiting.length + 1;
      this.#waiting = [];
      this.#length = 0;
      this.needsAll = true;
      return;
    }
    this.#waiting.push(text);
    this.#length += text.length;
    this.#wake();
  }

  /** All that waits, when there is something; empty when `signal` aborts before. */
  async take(signal: AbortSignal): Promise<string> {
    if (this.#length === 0 && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const onAbort = () => resolve();
      signal.addEventListener("abort", onAbort);
      await promise;
      signal.removeEventListener("abort", onAbort);
    }
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#length = 0;
    return signal.aborted ? "" : text;
  }
}
