/** Who takes from a {@linkcode CreditPool}. */
export interface CreditHolder {
  /** Bytes that it has taken and not given back. */
  readonly held: number;
  /** What it has to have at least, to be able to go on: comes before what others want beyond that. */
  readonly due: number;
  /** There is credit again: to call `take` if it is still wanted. */
  renew(): void;
}

/** Grants are not made in smaller pieces, unless less is wanted. */
const LEAST_GRANT_BYTES = 16 << 10;

/**
 * What all sessions together may send before something is settled: a promise of memory, kept to the
 * byte. What holders have beyond their due comes out of one half of it, so that those who take much and
 * do not move leave the others enough to go on. Who finds it empty is asked again, in turn, when
 * something comes back.
 */
export class CreditPool {
  /** What there is in all. */
  readonly bytes: number;
  /** Holders with more than the base. */
  busy = 0;
  #free: number;
  /** What may still be taken beyond what is due. */
  #spare: number;
  /** What holders have beyond their due. */
  readonly #excess = new Map<CreditHolder, number>();
  readonly #waiting = new Set<CreditHolder>();
  #isRenewing = false;

  constructor(bytes: number) {
    this.bytes = bytes;
    this.#free = bytes;
    this.#spare = Math.floor(bytes / 2);
  }

  /** Bytes that nobody has. */
  get free(): number {
    return this.#free;
  }

  /** Whether some wait for more than they have. */
  get isShort(): boolean {
    return this.#waiting.size > 0;
  }

  /** What one of so many busy holders may hold: together they leave half of the pool to the others. */
  shareOf(busy: number): number {
    return Math.floor(this.bytes / 2 / busy);
  }

  /** Takes up to `wanted` bytes; who gets less is asked again later. */
  take(wanted: number, holder: CreditHolder): number {
    const { held, due } = holder;
    const first = Math.min(wanted, Math.max(0, due - held), this.#free);
    const more = Math.min(wanted - first, Math.max(0, this.#spare), this.#free - first);
    const granted = first + more;
    if (granted < wanted) this.#waiting.add(holder);
    if (granted < Math.min(wanted, LEAST_GRANT_BYTES)) return 0;
    this.#free -= granted;
    this.#noteExcess(holder, held + granted - due);
    return granted;
  }

  /** Gives bytes back, which the holder does not count as held any more. */
  give(bytes: number, from: CreditHolder): void {
    this.#free += bytes;
    this.#noteExcess(from, from.held - from.due);
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

  #noteExcess(holder: CreditHolder, bytes: number): void {
    this.#spare += this.#excess.get(holder) ?? 0;
    if (bytes > 0) {
      this.#excess.set(holder, bytes);
      this.#spare -= bytes;
    } else this.#excess.delete(holder);
  }
}
