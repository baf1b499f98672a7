import { u16, u16le, u32, u32le } from "../base/bytes/bytes.ts";

/**
 * Reads the 64-bit timestamps of one pcapng interface, which count units of any size, into whole
 * seconds and nanoseconds. They are left in `sec` and `nsec`: an object or a `bigint` per packet
 * would be garbage.
 *
 * The 64 bits are divided in steps of 32, 16 and 16, and the units of a second are so many at most
 * that every number of a step stays below 2^53 and is exact.
 */
export class TimestampReader {
  /** Whole seconds since 1970 of the timestamp read last, as int64 nanoseconds can hold. */
  sec = 0;
  /** Its nanoseconds, 0 to 999,999,999; what is finer is cut off. */
  nsec = 0;
  readonly #offsetSec: number;
  readonly #unitsPerSecond: number;
  /** What finer units are divided by first, in turn, to get to `#unitsPerSecond`. */
  readonly #coarsenings: number[] = [];
  /** One unit is `#nanos / #divisor` nanoseconds, in lowest terms. */
  readonly #nanos: number;
  readonly #divisor: number;

  /**
   * @param resolution if_tsresol: 10 to this power are a second or, if the highest bit is set, 2 to
   *   the power of the other seven. Units below 10^-11 or 2^-32 seconds are cut to these.
   * @param offsetSec if_tsoffset: whole seconds to add to each timestamp.
   */
  constructor(resolution: number, offsetSec: number) {
    const [base, finest] = (resolution & 0x80) === 0 ? [10, 11] : [2, 32];
    const exponent = resolution & 0x7f;
    for (let left = exponent - finest; left > 0; left -= finest) {
      this.#coarsenings.push(base ** Math.min(left, finest));
    }
    this.#unitsPerSecond = base ** Math.min(exponent, finest);
    const common = base ** Math.min(exponent, 9); // the greatest divisor of both
    this.#nanos = 1e9 / common;
    this.#divisor = this.#unitsPerSecond / common;
    this.#offsetSec = offsetSec;
  }

  /**
   * Reads the timestamp at `at`: its upper 32 bits, then its lower 32 bits.
   *
   * @returns False if it was moved to the nearest time that int64 nanoseconds hold.
   */
  read(bytes: Uint8Array, at: number, littleEndian: boolean): boolean {
    let high = littleEndian ? u32le(bytes, at) : u32(bytes, at);
    let middle = littleEndian ? u16le(bytes, at + 6) : u16(bytes, at + 4);
    let low = littleEndian ? u16le(bytes, at + 4) : u16(bytes, at + 6);
    // Remainders are made by hand: `%` of numbers of this size is slow.
    for (let i = 0; i < this.#coarsenings.length; i++) {
      const divisor = this.#coarsenings[i]!;
      const quotient = Math.floor(high / divisor);
      const rest = (high - quotient * divisor) * 65536 + middle;
      high = quotient;
      middle = Math.floor(rest / divisor);
      low = Math.floor(((rest - middle * divisor) * 65536 + low) / divisor);
    }

    const units = this.#unitsPerSecond;
    const highSec = Math.floor(high / units);
    let rest = (high - highSec * units) * 65536 + middle;
    const middleSec = Math.floor(rest / units);
    rest = (rest - middleSec * units) * 65536 + low;
    const lowSec = Math.floor(rest / units);
    rest -= lowSec * units;

    const sec = highSec * 2 ** 32 + middleSec * 65536 + lowSec + this.#offsetSec;
    const nsec = Math.floor(rest * this.#nanos / this.#divisor);
    const isEarly = sec < MIN_SEC || (sec === MIN_SEC && nsec < MIN_NSEC);
    const isLate = sec > MAX_SEC || (sec === MAX_SEC && nsec > MAX_NSEC);
    this.sec = isEarly ? MIN_SEC : isLate ? MAX_SEC : sec;
    this.nsec = isEarly ? MIN_NSEC : isLate ? MAX_NSEC : nsec;
    return !isEarly && !isLate;
  }
}

// The least and the greatest number of nanoseconds in an int64.
const MIN_SEC = -9_223_372_037;
const MIN_NSEC = 145_224_192;
const MAX_SEC = 9_223_372_036;
const MAX_NSEC = 854_775_807;
