import { Allowance } from "../base/wait/allowance.ts";
import { release } from "../base/bytes/release.ts";
import { unpackCompact } from "../pack/compact_body.ts";
import { deflateRaw, SMALL } from "../pack/gzip.ts";
import { type PackedRecords, packRecords } from "../pack/member.ts";
import { CompactRecords } from "./compact_records.ts";

/** What made records may take until they are on disk; beyond, they are made again. */
const MAX_MADE_BYTES = 8 << 20;
/** Of records that are packed small in a second, as long as there are no more: a few hundredths of a core. */
const SMALL_BYTES = 4 << 20;
/** After a pause, until that shows: about what one batch holds. */
const SMALL_BYTES_AT_ONCE = 1 << 20;

/** Makes the records of compact batches, all parts of one at a time, and knows what is made. */
export class CompactMaker {
  /** What is made and not taken yet. */
  #bytes = 0;
  readonly #records = new CompactRecords();
  readonly #smallBytes = new Allowance(SMALL_BYTES, SMALL_BYTES_AT_ONCE);
  readonly #nowMs: () => number;

  /** @param nowMs A clock that never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get hasRoom(): boolean {
    return this.#bytes < MAX_MADE_BYTES;
  }

  /** Takes note that so many bytes are made, or fewer if negative. */
  keep(bytes: number): void {
    this.#bytes += bytes;
  }

  /**
   * Checks an unpacked batch: its records by type, undefined when it is damaged; where there is room for
   * them, they are made.
   */
  check(data: Uint8Array, sumBytes: number): {
    readonly counts: ReadonlyMap<number, number> | undefined;
    readonly isMade: boolean;
  } {
    const isMade = this.hasRoom;
    const counts = isMade
      ? this.#records.make(data, sumBytes)
      : this.#records.count(data, sumBytes);
    return { counts, isMade };
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

  /** Makes the records in a body that has been checked. */
  make(body: Uint8Array, bytes: number): void {
    const unpacked = unpackCompact(body, bytes);
    if ("refusal" in unpacked || !this.#records.make(unpacked.bytes, unpacked.sumBytes)) {
      throw new TypeError("A compact batch was checked, and is damaged now");
    }
    release(unpacked.bytes);
  }
}

/** The parts of one compact batch, which stays packed until they are written. */
export class CompactParts {
  readonly #maker: CompactMaker;
  readonly #body: Uint8Array;
  readonly #bytes: number;
  /** Types that are not on disk. */
  readonly #awaited: Set<number>;
  readonly #made = new Map<number, PackedRecords>();

  /**
   * @param bytes What the body unpacks to.
   * @param isMade Whether its records are those that were made last.
   */
  constructor(
    maker: CompactMaker,
    types: readonly number[],
    body: Uint8Array,
    bytes: number,
    isMade: boolean,
  ) {
    this.#maker = maker;
    this.#awaited = new Set(types);
    this.#body = body;
    this.#bytes = bytes;
    if (isMade) this.#pack(types);
  }

  /** The records of that type, packed as they are stored; made anew each time that they are asked for. */
  take(type: number): PackedRecords {
    const made = this.#made.get(type);
    if (made !== undefined) {
      this.#forget(type);
      return made;
    }
    this.#maker.make(this.#body, this.#bytes);
    this.#pack([...this.#awaited].filter((other) => other !== type));
    return this.#maker.pack(type);
  }

  /**
   * Takes note that the records of that type are on disk: nobody asks for them any more. The body's
   * buffer is given back with the last type.
   */
  written(type: number): void {
    const wasAwaited = this.#awaited.delete(type);
    this.#forget(type);
    if (wasAwaited && this.#awaited.size === 0) release(this.#body);
  }

  /** Keeps the records of those types that were made last, as long as there is room. */
  #pack(types: readonly number[]): void {
    for (const type of types) {
      if (this.#made.has(type) || !this.#maker.hasRoom) continue;
      const packed = this.#maker.pack(type);
      this.#made.set(type, packed);
      this.#maker.keep(packed.body.length);
    }
  }

  #forget(type: number): void {
    this.#maker.keep(-(this.#made.get(type)?.body.length ?? 0));
    this.#made.delete(type);
  }
}
