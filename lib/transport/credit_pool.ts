/** Who has asked a {@linkcode CreditPool} for more than it had. */
export interface CreditHolder {
  /** There is credit again: to call `take` if it is still wanted. */
  renew(): void;
}

/** Grants are not made in smaller pieces, unless less is wanted. */
const LEAST_GRANT_BYTES = 16 << 10;

/**
 * What all sessions together may send before something is settled: a promise of memory, kept to the
 * byte. Who finds it empty is asked again, in turn, when something comes back.
 */
export class CreditPool {
  /** What there is in all. */
  readonly bytes: number;
  /** Holders with more than the base. */
  busy = 0;
  #free: number;
  readonly #waiting = new Set<CreditHolder>();
  #isRenewing = false;

  constructor(bytes: number) {
    this.bytes = bytes;
    this.#free = bytes;
  }

  /** Bytes that nobody has. */
  get free(): number {
    return this.#free;
  }

  /** What one of so many busy holders may hold: together they leave half of the pool to the others. */
  shareOf(busy: number): number {
    return Math.floor(this.bytes / 2 / busy);
  }

  /** Takes up to `wanted` bytes; who gets less is asked again later. */
  take(wanted: number, holder: CreditHolder): number {
    const granted = Math.min(wanted, this.#free);
    if (granted < wanted) this.#waiting.add(holder);
    if (granted < Math.min(wanted, LEAST_GRANT_BYTES)) return 0;
    this.#free -= granted;
    return granted;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.#free += bytes;
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    for (const holder of [...this.#waiting]) {
      if (this.#free < LEAST_GRANT_BYTES) break;
      this.#waiting.delete(holder);
      holder.renew();
    }
    this.#isRenewing = false;
  }

  /** The holder wants nothing any more. */
  forget(holder: CreditHolder): void {
    this.#waiting.delete(holder);
  }
}
