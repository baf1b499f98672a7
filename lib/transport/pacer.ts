/**
 * Spreads sending over time: a token bucket that may go into debt by one datagram. Datagrams count
 * with what they cost besides their bytes, so that small ones do not overrun a receiver.
 */
export class Pacer {
  readonly #bytesPerMs: number;
  readonly #burstBytes: number;
  readonly #costBytes: number;
  #left: number;
  #atMs: number;

  /**
   * @param bytesPerSecond The rate kept over time; Infinity for none.
   * @param burstBytes What may be sent at once after a pause.
   * @param costBytes What a datagram costs besides its bytes.
   */
  constructor(
    bytesPerSecond: number,
    burstBytes: number,
    nowMs: number,
    costBytes = DATAGRAM_COST_BYTES,
  ) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#burstBytes = burstBytes;
    this.#costBytes = costBytes;
    this.#left = burstBytes;
    this.#atMs = nowMs;
  }

  /** Counts a datagram of that size as sent; returns how many milliseconds to wait before the next. */
  spend(bytes: number, nowMs: number): number {
    if (this.#bytesPerMs === Infinity) return 0;
    const earned = (nowMs - this.#atMs) * this.#bytesPerMs;
    this.#left = Math.min(this.#burstBytes, this.#left + earned) - bytes - this.#costBytes;
    this.#atMs = nowMs;
    return this.#left >= 0 ? 0 : -this.#left / this.#bytesPerMs;
  }
}

/** What a datagram costs the receiver whatever its size, in bytes that take as long. */
export const DATAGRAM_COST_BYTES = 512;
