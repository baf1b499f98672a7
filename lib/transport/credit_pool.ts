import { BASE_CREDIT_BYTES } from "./session_sender.ts";

/** Who takes from a {@linkcode CreditPool}. */
export interface CreditHolder {
  /** Bytes that it has taken and not given back. */
  readonly held: number;
  /** There is credit again: to call `take` if it is still wanted. */
  renew(): void;
}

/** Grants are not made in smaller pieces, unless less is wanted. */
const LEAST_GRANT_BYTES = 16 << 10;

/**
 * What all sessions together may send before something is settled: a promise of memory, kept to the
 * byte. What holders have beyond the base comes out of one half of it, so that those who take much and
 * do not move leave the others enough to go on. Who gets less than it wants is asked again, in turn,
 * when something comes back.
 */
export class CreditPool {
  /** What there is in all. */
  readonly bytes: number;
  /** Holders with more than the base. */
  busy = 0;
  #free: number;
  /** What may still be taken beyond the base. */
  #spare: number;
  /** What holders have beyond the base. */
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

  /** Whether somebody wants more than there is. */
  get isShort(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether less than half is left of what there is beyond the base. */
  get isScarce(): boolean {
    return this.#spare < this.bytes / 4;
  }

  /** What one of the busy may hold: together they leave half of the pool to the others. */
  get share(): number {
    return Math.floor(this.bytes / 2 / Math.max(1, this.busy));
  }

  /** Takes up to `wanted` bytes; who gets less is asked again later. */
  take(wanted: number, holder: CreditHolder): number {
    const { held } = holder;
    const first = Math.min(wanted, Math.max(0, BASE_CREDIT_BYTES - held), this.#free);
    const more = Math.min(wanted - first, this.#spare, this.#free - first);
    const granted = first + more;
    if (granted < wanted) this.#waiting.add(holder);
    if (granted < Math.min(wanted, LEAST_GRANT_BYTES)) return 0;
    this.#free -= granted;
    this.#noteHeld(holder, held + granted);
    return granted;
  }

  /** Gives bytes back, which the holder does not count as held any more. */
  give(bytes: number, from: CreditHolder): void {
    this.#free += bytes;
    this.#noteHeld(from, from.held);
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

  #noteHeld(holder: CreditHolder, held: number): void {
    this.#spare += this.#excess.get(holder) ?? 0;
    const excess = Math.max(0, held - BASE_CREDIT_BYTES);
    this.#spare -= excess;
    if (excess > 0) this.#excess.set(holder, excess);
    else this.#excess.delete(holder);
  }
}
