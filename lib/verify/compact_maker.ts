import { Allowance } from "../base/wait/allowance.ts";
import { deflateRaw, SMALL } from "../pack/gzip.ts";
import { type PackedRecords, packRecords } from "../pack/member.ts";
import { CompactRecords } from "./compact_records.ts";

/** Of records that are packed small in a second, as long as there are no more: a few hundredths of a core. */
const SMALL_BYTES = 4 << 20;
/** After a pause, until that shows: about what one batch holds. */
const SMALL_BYTES_AT_ONCE = 1 << 20;

/** Makes the records of compact batches, all parts of one at a time, and packs them. */
export class CompactMaker {
  readonly #records: CompactRecords;
  readonly #smallBytes = new Allowance(SMALL_BYTES, SMALL_BYTES_AT_ONCE);
  readonly #nowMs: () => number;

  /**
   * @param nowMs A clock that never goes back.
   * @param secret 32 bits that nobody is told.
   */
  constructor(nowMs: () => number, secret = 0) {
    this.#records = new CompactRecords(secret);
    this.#nowMs = nowMs;
  }

  /** Checks an unpacked batch and makes its records, counted by type; undefined when it is damaged. */
  make(data: Uint8Array, sumBytes: number): ReadonlyMap<number, number> | undefined {
    return this.#records.make(data, sumBytes);
  }

  /** The same, but makes none. */
  count(data: Uint8Array, sumBytes: number): ReadonlyMap<number, number> | undefined {
    return this.#records.count(data, sumBytes);
  }

  /** Packs the records of a type that were made last, as they are stored: small as long as there are few. */
  pack(type: number): PackedRecords {
    const records = this.#records.records(type);
    const isSmall = this.#smallBytes.spend(records.length, this.#nowMs());
    return packRecords(
      records,
      isSmall ? deflateRaw(records, SMALL) : this.#records.pack(type),
    );
  }
}
