import { release } from "../base/bytes/release.ts";
import { unpackCompact } from "../pack/compact_body.ts";
import type { PackedRecords } from "../pack/member.ts";
import { CompactMaker } from "./compact_maker.ts";

/** What made records may take until they are on disk; beyond, they are made again. */
const MAX_MADE_BYTES = 8 << 20;

/** Records of compact batches that are made and not on disk, and what makes them again. */
export class MadeRecords {
  #bytes = 0;
  #maker: CompactMaker | undefined;
  readonly #nowMs: () => number;
  readonly #secret: number;

  /** Of a {@linkcode CompactMaker}. */
  constructor(nowMs: () => number, secret = 0) {
    this.#nowMs = nowMs;
    this.#secret = secret;
  }

  /** How many bytes of them there may be besides; not more than 0 when there is no room. */
  get room(): number {
    return MAX_MADE_BYTES - this.#bytes;
  }

  /** Of this thread, made when it is first asked for. */
  get maker(): CompactMaker {
    return this.#maker ??= new CompactMaker(this.#nowMs, this.#secret);
  }

  /** Takes note that there are so many bytes more, or fewer if negative. */
  keep(bytes: number): void {
    this.#bytes += bytes;
  }
}

/** The parts of one compact batch, which stays packed until they are written. */
export class CompactParts {
  readonly #all: MadeRecords;
  readonly #batch: { readonly body: Uint8Array; readonly bytes: number };
  /** Types that are not on disk. */
  readonly #awaited = new Set<number>();
  readonly #made = new Map<number, PackedRecords>();

  /** @param batch A body that has been checked, and how long it is unpacked. */
  constructor(
    all: MadeRecords,
    batch: { readonly body: Uint8Array; readonly bytes: number },
  ) {
    this.#all = all;
    this.#batch = batch;
  }

  /** Adds a type that is to be written, with its records where they are made. */
  add(type: number, made?: PackedRecords): void {
    this.#awaited.add(type);
    if (made) this.#keep(type, made);
  }

  /** The records of that type, packed as they are stored; made anew each time that they are asked for. */
  take(type: number): PackedRecords {
    const made = this.#made.get(type);
    if (made !== undefined) {
      this.#forget(type);
      return made;
    }
    const { maker } = this.#all;
    this.#make(maker);
    for (const other of this.#awaited) {
      if (other === type || this.#made.has(other) || this.#all.room <= 0) continue;
      this.#keep(other, maker.pack(other));
    }
    return maker.pack(type);
  }

  /**
   * Takes note that the records of that type are on disk: nobody asks for them any more. The body's
   * buffer is given back with the last type.
   */
  written(type: number): void {
    const wasAwaited = this.#awaited.delete(type);
    this.#forget(type);
    if (wasAwaited && this.#awaited.size === 0) release(this.#batch.body);
  }

  #make(maker: CompactMaker): void {
    const unpacked = unpackCompact(this.#batch.body, this.#batch.bytes);
    if ("refusal" in unpacked || !maker.make(unpacked.bytes, unpacked.sumBytes)) {
      throw new TypeError("A compact batch was checked, and is damaged now");
    }
    release(unpacked.bytes);
  }

  #keep(type: number, packed: PackedRecords): void {
    this.#made.set(type, packed);
    this.#all.keep(packed.body.length);
  }

  #forget(type: number): void {
    this.#all.keep(-(this.#made.get(type)?.body.length ?? 0));
    this.#made.delete(type);
  }
}
