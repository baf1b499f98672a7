/** Bounds of what is told apart. */
export interface KeyLimits {
  /** Different keys. */
  readonly maxKeys: number;
  /** Bytes of all keys together. */
  readonly maxBytes: number;
}

const FIRST_KEYS = 1 << 10;
const FIRST_BYTES = 1 << 16;

/** Counts how often byte strings come, without an object for each. */
export class KeyCounts {
  readonly #limits: KeyLimits;
  /** Open addressing: number of the key plus 1, 0 for none; twice as many as there can be keys. */
  #slots = new Int32Array(2 * FIRST_KEYS);
  #hashes = new Int32Array(FIRST_KEYS);
  #counts = new Float64Array(FIRST_KEYS);
  /** Where each key ends in the bytes; the next one begins there. */
  #ends = new Uint32Array(FIRST_KEYS);
  #bytes = new Uint8Array(FIRST_BYTES);
  #size = 0;
  #used = 0;

  constructor(limits: KeyLimits) {
    this.#limits = limits;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#size;
  }

  /** Counts `key[0, length)`, `by` more; returns whether it could: a new key has to fit the limits. */
  add(key: Uint8Array, length: number, by = 1): boolean {
    const hash = hashOf(key, length);
    let slot = this.#slotOf(hash);
    for (let index; (index = this.#slots[slot]! - 1) >= 0; slot = this.#after(slot)) {
      if (this.#hashes[index] === hash && this.#isKey(index, key, length)) {
        this.#counts[index]! += by;
        return true;
      }
    }
    const { maxKeys, maxBytes } = this.#limits;
    if (this.#size >= maxKeys || this.#used + length > maxBytes) return false;
    if (this.#size === this.#counts.length) {
      this.#grow();
      slot = this.#slotOf(hash);
      while (this.#slots[slot] !== 0) slot = this.#after(slot);
    }
    while (this.#used + length > this.#bytes.length) {
      this.#bytes = grown(this.#bytes, new Uint8Array(2 * this.#bytes.length));
    }
    this.#bytes.set(key.subarray(0, length), this.#used);
    this.#used += length;
    this.#ends[this.#size] = this.#used;
    this.#hashes[this.#size] = hash;
    this.#counts[this.#size] = by;
    this.#slots[slot] = ++this.#size;
    return true;
  }

  /** The keys that came most often, of those as often the ones that came first; and how often. */
  top(limit: number): { readonly key: Uint8Array; readonly count: number }[] {
    const counts = this.#counts;
    return Array.from({ length: this.#size }, (_, index) => index)
      .sort((a, b) => counts[b]! - counts[a]! || a - b)
      .slice(0, limit)
      .map((index) => {
        const [from, to] = this.#interval(index);
        return { key: this.#bytes.slice(from, to), count: counts[index]! };
      });
  }

  #interval(index: number): [number, number] {
    return [index === 0 ? 0 : this.#ends[index - 1]!, this.#ends[index]!];
  }

  #isKey(index: number, key: Uint8Array, length: number): boolean {
    const from = index === 0 ? 0 : this.#ends[index - 1]!;
    if (this.#ends[index]! - from !== length) return false;
    for (let at = 0; at < length; at++) if (this.#bytes[from + at] !== key[at]) return false;
    return true;
  }

  #slotOf(hash: number): number {
    return hash & (this.#slots.length - 1); // their number is a power of 2
  }

  #after(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }

  #grow(): void {
    const keys = 2 * this.#counts.length;
    this.#counts = grown(this.#counts, new Float64Array(keys));
    this.#hashes = grown(this.#hashes, new Int32Array(keys));
    this.#ends = grown(this.#ends, new Uint32Array(keys));
    this.#slots = new Int32Array(2 * keys);
    for (let index = 0; index < this.#size; index++) {
      let slot = this.#slotOf(this.#hashes[index]!);
      while (this.#slots[slot] !== 0) slot = this.#after(slot);
      this.#slots[slot] = index + 1;
    }
  }
}

/** FNV-1a, with its upper bits mixed into the lower ones. */
function hashOf(key: Uint8Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < length; at++) hash = Math.imul(hash ^ key[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

function grown<List extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  from: List,
  to: List,
): List {
  to.set(from);
  return to;
}
