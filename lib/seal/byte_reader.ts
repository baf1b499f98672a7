const NOTHING = new Uint8Array(0);

/** Takes items of known lengths from a stream that comes in pieces cut anywhere. */
export class ByteReader {
  #piece: Uint8Array = NOTHING;
  #at = 0;
  /** The beginning of an item whose end has not come, in an array of its whole length. */
  #held: Uint8Array | undefined;
  #heldBytes = 0;

  /** Adds the next piece; all before it must have been taken, down to an undefined. */
  push(piece: Uint8Array): void {
    this.#piece = piece;
    this.#at = 0;
  }

  /** Whether nothing is left, not even the beginning of an item. */
  get isEmpty(): boolean {
    return this.#at === this.#piece.length && this.#heldBytes === 0;
  }

  /**
   * The next `length` bytes: a view when they lie in one piece, else a copy. Undefined until all are
   * there; what is there is kept, so ask for the same length then.
   */
  take(length: number): Uint8Array | undefined {
    if (!this.#held && this.#piece.length - this.#at >= length) {
      return this.#piece.subarray(this.#at, this.#at += length);
    }
    this.#held ??= new Uint8Array(length);
    const part = this.#piece.subarray(this.#at, this.#at + length - this.#heldBytes);
    this.#held.set(part, this.#heldBytes);
    this.#at += part.length;
    this.#heldBytes += part.length;
    if (this.#heldBytes < length) {
      this.push(NOTHING); // keeps no piece alive
      return undefined;
    }
    const whole = this.#held;
    this.#held = undefined;
    this.#heldBytes = 0;
    return whole;
  }

  /** The same, always a copy, whose buffer is the caller's. */
  copy(length: number): Uint8Array | undefined {
    const isHeld = this.#held !== undefined;
    const taken = this.take(length);
    return isHeld ? taken : taken?.slice();
  }
}
