import type { RecordBuffers } from "../gather/record_buffers.ts";
import { unpackCompact } from "../pack/compact_body.ts";
import { type PackedRecords, packRecords } from "../pack/member.ts";
import { CompactRecords } from "./compact_records.ts";

/** What made records may take while their files are being written; beyond, they are made again. */
const MAX_MADE_BYTES = 8 << 20;

/** Makes the records of compact batches when they are to be written, all parts of one at a time. */
export class CompactMaker {
  /** What is made and not taken yet. */
  #bytes = 0;
  readonly #records = new CompactRecords();

  get hasRoom(): boolean {
    return this.#bytes < MAX_MADE_BYTES;
  }

  /** Takes note that so many bytes are made, or fewer if negative. */
  keep(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The records in a body that has been checked, valid until the next call. */
  make(body: Uint8Array, bytes: number): RecordBuffers {
    const unpacked = unpackCompact(body, bytes);
    if ("refusal" in unpacked || !this.#records.make(unpacked.bytes, unpacked.sumBytes)) {
      throw new TypeError("A compact batch was checked, and is damaged now");
    }
    return this.#records.made;
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

  /** @param bytes What the body unpacks to. */
  constructor(maker: CompactMaker, types: readonly number[], body: Uint8Array, bytes: number) {
    this.#maker = maker;
    this.#awaited = new Set(types);
    this.#body = body;
    this.#bytes = bytes;
  }

  /** The records of that type, packed as they are stored; made anew each time that they are asked for. */
  take(type: number): PackedRecords {
    const made = this.#made.get(type);
    if (made !== undefined) {
      this.#forget(type);
      return made;
    }
    const records = this.#maker.make(this.#body, this.#bytes);
    for (const other of this.#awaited) {
      if (other !== type && !this.#made.has(other) && this.#maker.hasRoom) {
        const packed = packRecords(records.records(other));
        this.#made.set(other, packed);
        this.#maker.keep(packed.body.length);
      }
    }
    return packRecords(records.records(type));
  }

  /** Takes note that the records of that type are on disk. */
  written(type: number): void {
    this.#awaited.delete(type);
    this.#forget(type);
  }

  #forget(type: number): void {
    this.#maker.keep(-(this.#made.get(type)?.body.length ?? 0));
    this.#made.delete(type);
  }
}
