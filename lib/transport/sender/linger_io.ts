import { counted } from "../../base/text/counted.ts";
import type { SessionClientOptions } from "./session_client_options_io.ts";

/** When the end waits longer, that is said. */
const SAY_WAITING_MS = 1000;

/**
 * How long the end waits for what is not acknowledged. It begins with the signal that ends all, at the
 * latest; once it has been said, a further one ends it.
 */
export class Linger implements Disposable {
  readonly #options: SessionClientOptions;
  readonly #onChange: () => void;
  #deadlineMs = Infinity;
  #hasSaid = false;
  #saying: ReturnType<typeof setTimeout> | undefined;

  /** @param onChange Called when it has begun, or is over, by a signal. */
  constructor(options: SessionClientOptions, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
    options.signal.addEventListener("abort", this.#onAbort);
    if (options.signal.aborted) this.#begin();
  }

  /** Whether nothing waits any longer. */
  get isOver(): boolean {
    return performance.now() >= this.#deadlineMs;
  }

  /** The end has come. @param batches How many wait, when that is said. */
  begin(batches: () => number): void {
    this.#begin();
    this.#saying = setTimeout(() => this.#say(batches()), SAY_WAITING_MS);
  }

  /** Nothing waits any more. */
  end(): void {
    clearTimeout(this.#saying);
  }

  [Symbol.dispose](): void {
    this.end();
    this.#options.signal.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = () => {
    // Whoever sends a signal then has been told what it does.
    if (this.#hasSaid) this.#deadlineMs = performance.now();
    else this.#begin();
    this.#onChange();
  };

  #begin(): void {
    if (this.#deadlineMs === Infinity) {
      this.#deadlineMs = performance.now() + this.#options.lingerMs;
    }
  }

  #say(batches: number): void {
    const seconds = Math.ceil((this.#deadlineMs - performance.now()) / 1000);
    if (seconds <= 0) return;
    this.#hasSaid = true;
    this.#options.stopWaiting?.().addEventListener("abort", this.#onAbort);
    const what = batches > 0
      ? `${counted(batches, "batch", "batches")} ${batches === 1 ? "is" : "are"}`
      : "the end is";
    this.#options.log.line(
      `waiting up to ${seconds} s until ${what} acknowledged; Ctrl-C ends the wait`,
    );
  }
}
