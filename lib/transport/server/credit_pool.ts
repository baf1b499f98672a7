/** Who takes from a {@linkcode CreditPool}. */
export interface CreditHolder {
  /** Bytes that it has taken and not given back. */
  readonly held: number;
  /** What it has to have at least, to be able to go on: comes before what others want beyond that. */
  readonly due: number;
  /** Whether it has shown that it uses what it takes. */
  readonly isProven: boolean;
  /** There is credit again: to call `take` if it is still wanted. */
  renew(): void;
}

/** Which parts of the pool may be taken beyond what is due, by those that are proven and by others. */
const PROVEN_PART = 1 / 2;
const UNPROVEN_PART = 1 / 8;
/** Grants are not made in smaller pieces, unless less is wanted. */
const LEAST_GRANT_BYTES = 16 << 10;

/**
 * What all sessions together may send before something is settled: a promise of memory, kept to the
 * byte. What holders have beyond their due comes out of one half of it, so that those who take much and
 * do not move leave the others enough to go on; those that are not proven have an eighth for that, so
 * that asking alone takes nothing from who is at work. Who finds it empty is asked again, in turn, when
 * something comes back.
 */
export class CreditPool {
  /** What there is in all. */
  readonly bytes: number;
  /** Holders with more than the base. */
  busy = 0;
  #free: number;
  /** What may still be taken beyond what is due, by those that are proven and by others. */
  #spare: number;
  #spareUnproven: number;
  /** What holders have beyond their due, and as what they took it. */
  readonly #excess = new Map<
    CreditHolder,
    { readonly bytes: number; readonly isProven: boolean }
  >();
  readonly #waiting = new Set<CreditHolder>();
  #isRenewing = false;

  constructor(bytes: number) {
    this.bytes = bytes;
    this.#free = bytes;
    this.#spare = Math.floor(bytes * PROVEN_PART);
    this.#spareUnproven = Math.floor(bytes * UNPROVEN_PART);
  }

  /** Bytes that nobody has. */
  get free(): number {
    return this.#free;
  }

  /** Whether others wait for more than they have. */
  isShortBeside(holder: CreditHolder): boolean {
    return this.#waiting.size > Number(this.#waiting.has(holder));
  }

  /** What one of so many busy holders may hold: together they leave half of the pool to the others. */
  shareOf(busy: number): number {
    return Math.floor(this.bytes / 2 / busy);
  }

  /** Takes up to `wanted` bytes; who gets less is asked again later. */
  take(wanted: number, holder: CreditHolder): number {
    const { held, due, isProven } = holder;
    const spare = Math.max(0, isProven ? this.#spare : this.#spareUnproven);
    const first = Math.min(wanted, Math.max(0, due - held), this.#free);
    let more = Math.min(wanted - first, spare, this.#free - first);
    // Too little to be used would only be kept from others.
    if (!isProven && more < wanted - first) more = 0;
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
    const before = this.#excess.get(holder);
    if (before) this.#addSpare(before.bytes, before.isProven);
    this.#excess.delete(holder);
    if (bytes <= 0) return;
    const { isProven } = holder;
    this.#addSpare(-bytes, isProven);
    this.#excess.set(holder, { bytes, isProven });
  }

  #addSpare(bytes: number, isProven: boolean): void {
    if (isProven) this.#spare += bytes;
    else this.#spareUnproven += bytes;
  }
}
