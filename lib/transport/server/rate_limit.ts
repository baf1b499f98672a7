/** What is saved up at most, in seconds of the rate. */
const SAVED_S = 2;

/**
 * What all sessions of one name may be granted together. Who finds it open gets a whole grant, which may
 * be more than is there; what was too much is waited for. So in any time t no more than
 * `(t + 2 s) × rate` and one grant are granted.
 */
export class RateLimit {
  readonly bytesPerSecond: number;
  #bytes: number;
  #atMs: number;

  constructor(bytesPerSecond: number, nowMs: number) {
    this.bytesPerSecond = bytesPerSecond;
    this.#bytes = bytesPerSecond;
    this.#atMs = nowMs;
  }

  /** Whether something may be granted. */
  get isOpen(): boolean {
    return this.#bytes > 0;
  }

  /** Notes the time, which never goes back. */
  advance(nowMs: number): void {
    this.#add((nowMs - this.#atMs) / 1000 * this.bytesPerSecond);
    this.#atMs = nowMs;
  }

  /** So much has been granted. */
  take(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** So much of that will not be used. */
  give(bytes: number): void {
    this.#add(bytes);
  }

  #add(bytes: number): void {
    this.#bytes = Math.min(this.#bytes + bytes, SAVED_S * this.bytesPerSecond);
  }
}

/** The limits in force, by name: what a name has used up stays so, whoever leaves and comes again. */
export class RateLimits {
  readonly #limits = new Map<string, RateLimit>();

  /** The limit of a name; undefined when it has none. */
  of(name: string, bytesPerSecond: number | undefined, nowMs: number): RateLimit | undefined {
    const before = this.#limits.get(name);
    before?.advance(nowMs);
    if (before?.bytesPerSecond === bytesPerSecond) return before;
    this.#limits.delete(name);
    if (bytesPerSecond === undefined) return undefined;
    const limit = new RateLimit(bytesPerSecond, nowMs);
    this.#limits.set(name, limit);
    return limit;
  }
}
