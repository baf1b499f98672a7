import type { CreditHolder, CreditPool } from "./credit_pool.ts";
import type { RateLimit } from "./rate_limit.ts";
import { BASE_CREDIT_BYTES, type Want } from "../session/session_message.ts";

/** What one session may hold when it wants as much as it can get. */
const MAX_WINDOW_BYTES = 4 << 20;
/** How long a sensor may hold more credit than the base and send nothing; also when others wait for it. */
const HOARD_MS = 30_000;
const HOARD_MS_WHEN_SHORT = 5_000;
/** Fewer bytes in that time are as good as nothing. */
const LEAST_BYTES = 4096;
/**
 * What is compressed to less than this part counts as if it were not, while it is not settled: it makes
 * the work of more. Records of ordinary traffic are compressed to a fourth or a tenth.
 */
const UNPACKED_PER_BYTE = 32;

/**
 * The credit of one connection, as the collector counts it: the promise to take so many bytes of
 * batches. It is taken from the pool when it is granted, and goes back when what was sent for it is
 * settled, or when the sensor gives it back unused.
 */
export class SessionCredit implements CreditHolder {
  readonly #pool: CreditPool;
  #limit: RateLimit | undefined;
  #isOpen = false;
  #granted = 0;
  /** What the sensor has been told of `#granted`, and how often that was more than before. */
  #told = 0;
  #growths = 0;
  /** How often the sensor has wished for more. */
  #wishes = 0;
  #wish: Want | undefined;
  /** Bytes of batches taken, and what was given back. */
  #used = 0;
  #unsettled = 0;
  /** What those batches unpack to. */
  #unsettledRecordBytes = 0;
  #window = BASE_CREDIT_BYTES;
  #due = BASE_CREDIT_BYTES;
  #isProven = false;
  /** Whether it counts among those that have more than the base. */
  #isBusy = false;
  #movedAtMs: number;
  #movedBytes = 0;

  constructor(pool: CreditPool, nowMs: number) {
    this.#pool = pool;
    this.#movedAtMs = nowMs;
  }

  /** What the sensor may still send. */
  get unused(): number {
    return this.#granted - this.#used;
  }

  get held(): number {
    return this.unused + this.#unsettled;
  }

  get due(): number {
    return this.#due;
  }

  /** Whether a batch of this connection has been settled. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Whether more is granted than the sensor has been told. */
  get hasGrown(): boolean {
    return this.#granted !== this.#told;
  }

  /** Grants the first credit. */
  open(limit?: RateLimit): void {
    this.#isOpen = true;
    this.#limit = limit;
    this.#granted = this.#take(BASE_CREDIT_BYTES);
  }

  /** Grants what a limit has kept back, where it is time for that. To be called every second. */
  pace(nowMs: number): void {
    if (!this.#limit) return;
    this.#limit.advance(nowMs);
    this.renew();
  }

  /** All that is granted, for the sensor to be told. */
  tell(): bigint {
    if (this.#growths === 0 || this.hasGrown) this.#growths++;
    this.#told = this.#granted;
    return BigInt(this.#granted);
  }

  /** A batch has been taken, for which there was credit; it says that it unpacks to so many bytes. */
  spend(bytes: number, recordBytes: number, nowMs: number): void {
    this.#movedAtMs = nowMs;
    this.#used += bytes;
    this.#unsettled += bytes;
    this.#unsettledRecordBytes += recordBytes;
  }

  /** So much of what was taken is settled now: it can be granted again. */
  settle(bytes: number, recordBytes: number): void {
    this.#unsettled -= bytes;
    this.#unsettledRecordBytes -= recordBytes;
    this.#pool.give(bytes, this);
    if (bytes > 0 && !this.#isProven) {
      this.#isProven = true;
      this.#grantWish();
    }
    this.renew();
  }

  /** The sensor wishes for more; false when it has been told of no more since it last did. */
  wish(wish: Want): boolean {
    if (++this.#wishes > this.#growths) return false;
    this.#wish = wish;
    this.#grantWish();
    return true;
  }

  /** The sensor gives back what it does not use, and wishes for no more; false when it has less. */
  release(bytes: number): boolean {
    if (bytes > this.unused) return false;
    this.#used += bytes;
    this.#wish = undefined;
    this.#setWindow(BASE_CREDIT_BYTES);
    this.#limit?.give(bytes);
    this.#pool.give(bytes, this);
    return true;
  }

  renew(): void {
    if (!this.#isOpen) return;
    const unpacking = Math.floor(this.#unsettledRecordBytes / UNPACKED_PER_BYTE);
    const wanted = this.#window - this.unused - Math.max(this.#unsettled, unpacking);
    if (wanted > 0) this.#granted += this.#take(wanted);
  }

  /** Notes how many bytes have come on this connection, also of what is not whole yet. */
  heard(bytes: number, nowMs: number): void {
    if (bytes - this.#movedBytes < LEAST_BYTES) return;
    this.#movedBytes = bytes;
    this.#movedAtMs = nowMs;
  }

  /** What the sensor sends is not read just now. */
  excuse(nowMs: number): void {
    this.#movedAtMs = nowMs;
  }

  /** Whether the sensor holds credit that others could use, and sends nothing. To be asked every second. */
  isHoarding(nowMs: number): boolean {
    if (!this.#isOpen || this.#unsettled > 0 || this.unused <= BASE_CREDIT_BYTES) {
      this.#movedAtMs = nowMs;
      return false;
    }
    const maxMs = this.#pool.isShortBeside(this) ? HOARD_MS_WHEN_SHORT : HOARD_MS;
    return nowMs - this.#movedAtMs > maxMs;
  }

  /** Nothing is sent any more: unused credit goes back, the rest when it is settled. */
  close(): void {
    this.#isOpen = false;
    this.#wish = undefined;
    this.#setWindow(BASE_CREDIT_BYTES);
    this.#pool.forget(this);
    const { unused } = this;
    this.#used += unused;
    this.#limit?.give(unused);
    this.#pool.give(unused, this);
  }

  #take(wanted: number): number {
    if (this.#limit && !this.#limit.isOpen) return 0;
    const granted = this.#pool.take(wanted, this);
    this.#limit?.take(granted);
    return granted;
  }

  /**
   * Who has not had a batch settled yet gets what its next one takes, if others leave that, and no more:
   * to ask for much costs nothing.
   */
  #grantWish(): void {
    if (!this.#wish) return;
    const { next, all } = this.#wish;
    const least = Math.max(BASE_CREDIT_BYTES, next);
    const most = Math.min(MAX_WINDOW_BYTES, 2 * (this.#limit?.bytesPerSecond ?? Infinity));
    if (this.#isProven) {
      const busy = this.#pool.busy + Number(!this.#isBusy);
      this.#setWindow(Math.max(least, Math.min(all, most, this.#pool.shareOf(busy))));
      this.#due = least;
    } else this.#setWindow(least);
    this.renew();
  }

  #setWindow(bytes: number): void {
    const isBusy = this.#isProven && bytes > BASE_CREDIT_BYTES;
    this.#pool.busy += Number(isBusy) - Number(this.#isBusy);
    this.#isBusy = isBusy;
    this.#window = bytes;
    this.#due = BASE_CREDIT_BYTES;
  }
}
