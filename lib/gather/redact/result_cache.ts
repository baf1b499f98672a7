/** What values of one length were rewritten to: as many as it has room for, each at a place of its own. */
export class ResultCache {
  /** How many were found, and not. */
  hits = 0;
  misses = 0;
  readonly #length: number;
  readonly #mask: number;
  readonly #originals: Uint8Array;
  readonly #results: Uint8Array;
  readonly #isKept: Uint8Array;
  #at = 0;

  /**
   * @param length Of the values, in bytes.
   * @param bits There are 2^bits places.
   */
  constructor(length: number, bits: number) {
    this.#length = length;
    this.#mask = (1 << bits) - 1;
    this.#originals = new Uint8Array(length << bits);
    this.#results = new Uint8Array(length << bits);
    this.#isKept = new Uint8Array(1 << bits);
  }

  /** Writes what was kept for the value over it; if nothing was, the next {@linkcode ResultCache.keep} is for it. */
  replace(value: Uint8Array): boolean {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.#length; i++) hash = Math.imul(hash ^ value[i]!, 0x01000193);
    const place = (hash ^ (hash >>> 15)) & this.#mask;
    const at = place * this.#length;
    this.#at = at;
    if (this.#isKept[place] === 1 && this.#isAt(at, value)) {
      for (let i = 0; i < this.#length; i++) value[i] = this.#results[at + i]!;
      this.hits++;
      return true;
    }
    this.#isKept[place] = 0;
    for (let i = 0; i < this.#length; i++) this.#originals[at + i] = value[i]!;
    this.misses++;
    return false;
  }

  /** Keeps what the value of the last {@linkcode ResultCache.replace} is rewritten to. */
  keep(result: Uint8Array): void {
    for (let i = 0; i < this.#length; i++) this.#results[this.#at + i] = result[i]!;
    this.#isKept[this.#at / this.#length] = 1;
  }

  #isAt(at: number, value: Uint8Array): boolean {
    for (let i = 0; i < this.#length; i++) if (this.#originals[at + i] !== value[i]) return false;
    return true;
  }
}
