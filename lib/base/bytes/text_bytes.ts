const encoder = new TextEncoder();

const USUAL_BYTES = 1 << 17;
/** A buffer of this size is not kept for what comes next. */
const MAX_KEPT_BYTES = 1 << 20;

/**
 * Text that is gathered as UTF-8 in one buffer, so that what is printed by the million leaves no long
 * texts behind to be collected.
 */
export class TextBytes {
  #bytes = new Uint8Array(0);
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  add(text: string): void {
    const needed = this.#length + 3 * text.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(USUAL_BYTES, 2 * needed));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** All of them, to be done with before something is added again; there are none from now on. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = new Uint8Array(0);
    return bytes;
  }
}
