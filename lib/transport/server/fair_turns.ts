import { Fifo } from "../../base/wait/fifo.ts";

/** Work that waits for its turn. */
export interface Waiting {
  readonly name: string;
  readonly work: () => void;
}

/** What is known of a name that has had work lately. */
interface Account {
  readonly name: string;
  readonly waiting: Fifo<Waiting>;
  /** Of all turns' time, where its next one begins at the earliest. */
  nextAt: number;
  /** When it worked last, and for how long. */
  beganMs: number;
  tookMs: number;
}

/** A name that worked so shortly before another one's turn has more to come. */
const NEAR_MS = 50;
/** Who has had no work for so long is as good as new. */
const FORGOTTEN_MS = 1000;

/**
 * Whose turn it is on a thread that several names share, however many of them wait and however long
 * each one's work takes: start-time fair queueing (Goyal, Vin, Cheng 1996), the time being what work
 * has taken. Who has just worked also waits as long as that took when somebody else has worked
 * lately and has had less: that one's next piece is on its way, through the same thread.
 */
export class FairTurns {
  /** In the order in which they worked last. */
  readonly #accounts = new Map<string, Account>();
  /** Where the turn began that was the last to begin. */
  #at = 0;
  #waiting = 0;

  /** How much work waits. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Adds work that waits. */
  add(waiting: Waiting): void {
    this.#accountOf(waiting.name).waiting.push(waiting);
    this.#waiting++;
  }

  /** Takes out the work whose turn is next; or tells how many ms nobody's is, Infinity when none waits. */
  next(nowMs: number): Waiting | number {
    let first: Account | undefined;
    let leastMs = Infinity;
    for (const account of this.#accounts.values()) {
      if (account.waiting.length === 0) continue;
      const pauseMs = this.#pauseOf(account, nowMs);
      leastMs = Math.min(leastMs, pauseMs);
      if (pauseMs > 0) continue;
      if (!first || this.#startOf(account) < this.#startOf(first)) first = account;
    }
    if (!first) return leastMs;
    this.#waiting--;
    return first.waiting.shift()!;
  }

  /** Whether a name may work at once. */
  isFree(name: string, nowMs: number): boolean {
    if (this.#waiting > 0) return false;
    const account = this.#accounts.get(name);
    return !account || this.#pauseOf(account, nowMs) <= 0;
  }

  /** Notes work that has been done. */
  worked(name: string, beganMs: number, endedMs: number): void {
    const account = this.#accountOf(name);
    this.#at = this.#startOf(account);
    account.nextAt = this.#at + endedMs - beganMs;
    account.beganMs = beganMs;
    account.tookMs = endedMs - beganMs;
    this.#accounts.delete(name);
    this.#accounts.set(name, account);
    for (const oldest of this.#accounts.values()) {
      if (oldest.waiting.length > 0 || endedMs - oldest.beganMs < FORGOTTEN_MS) break;
      this.#accounts.delete(oldest.name);
    }
  }

  #startOf({ nextAt }: Account): number {
    return Math.max(this.#at, nextAt);
  }

  #pauseOf(account: Account, nowMs: number): number {
    const pauseMs = account.beganMs + 2 * account.tookMs - nowMs;
    if (pauseMs <= 0) return 0;
    for (const other of this.#accounts.values()) {
      const isNear = other.beganMs > account.beganMs - NEAR_MS;
      if (other !== account && isNear && other.nextAt < account.nextAt) return pauseMs;
    }
    return 0;
  }

  #accountOf(name: string): Account {
    let account = this.#accounts.get(name);
    if (!account) {
      account = { name, waiting: new Fifo(), nextAt: 0, beganMs: -Infinity, tookMs: 0 };
      this.#accounts.set(name, account);
    }
    return account;
  }
}
