import type { CaptureProblem } from "./capture_problem.ts";

/** Up to here bytes are copied one by one; a view for `set` is faster beyond, but an allocation. */
const MAX_LOOP_BYTES = 4096;

/**
 * What the parsers of capture formats share: records that straddle chunks are put together in one
 * buffer, which grows to the largest of them and is used again; everything else is parsed where it
 * lies. A parser says with `needed` how much it must see at once, and bounds it.
 */
export abstract class PushParser {
  #problem: CaptureProblem | undefined;
  /** The start of a record whose end has not come yet: `#carry[0, #carried)`. */
  #carry: Uint8Array = new Uint8Array(0);
  #carried = 0;
  /** Bytes still to come that the parser does not want to see. */
  #skip = 0;
  /** Bytes pushed before the running chunk. */
  #pushed = 0;
  /** Position in the capture of the first of the bytes that parse() is given. */
  #base = 0;

  /** Bytes that parse() must be given at once to get on: more than it was given last. */
  protected needed = 1;
  /** Whether the capture may end after what has been parsed. */
  protected complete = false;

  /** Why no more is read; what was good before it has been delivered. */
  get problem(): CaptureProblem | undefined {
    return this.#problem;
  }

  /**
   * Takes the next bytes of the capture, in chunks of any size; ignored after a problem.
   *
   * @param chunk Read during the call only.
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.#problem === undefined) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#carried > 0) {
        at += this.#keep(chunk, at, at + this.needed - this.#carried);
        if (this.#carried < this.needed) break;
        this.#base = this.#pushed + at - this.#carried;
        const reached = this.parse(this.#carry, 0, this.#carried);
        if (this.#problem !== undefined) break;
        this.#skip = Math.max(0, reached - this.#carried);
        this.#carry.copyWithin(0, reached, this.#carried);
        this.#carried = Math.max(0, this.#carried - reached);
      } else {
        this.#base = this.#pushed;
        const reached = this.parse(chunk, at, chunk.length);
        if (this.#problem !== undefined) break;
        this.#skip = Math.max(0, reached - chunk.length);
        this.#keep(chunk, reached, chunk.length);
        at = chunk.length;
      }
    }
    this.#pushed += chunk.length;
  }

  /** Says that no more bytes come: a record that has begun is now a problem. */
  end(): void {
    if (this.#problem !== undefined) return;
    if (this.complete && this.#carried === 0 && this.#skip === 0) return;
    const missing = this.#skip + this.needed - this.#carried;
    const message = `it is cut at byte ${this.#pushed}: at least ${missing} more must follow`;
    this.fail("broken", this.#pushed, message);
  }

  /**
   * Parses what it can of `bytes[at, end)` and returns the position of the next byte that it wants
   * to see: beyond `end` to skip some, before it when fewer than `needed` bytes are left there.
   */
  protected abstract parse(bytes: Uint8Array, at: number, end: number): number;

  /** Position in the capture of `bytes[at]`, as parse() was given them. */
  protected offsetOf(at: number): number {
    return this.#base + at;
  }

  /** Ends the parsing. */
  protected fail(code: CaptureProblem["code"], offset: number, message: string): void {
    this.#problem = { code, offset, message };
  }

  /** Ends the parsing because the record at `at` is not as it must be. */
  protected failBroken(at: number, record: string, what: string): void {
    const offset = this.offsetOf(at);
    this.fail("broken", offset, `its ${record} at byte ${offset} ${what}`);
  }

  /** Appends `chunk[from, to)`, as far as it goes, to the carry; returns how much that was. */
  #keep(chunk: Uint8Array, from: number, to: number): number {
    const length = Math.max(0, Math.min(to, chunk.length) - from);
    if (this.#carry.length < this.needed) {
      const grown = new Uint8Array(Math.max(this.needed, 2 * this.#carry.length));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    if (length > MAX_LOOP_BYTES) {
      this.#carry.set(chunk.subarray(from, from + length), this.#carried);
    } else {
      for (let i = 0; i < length; i++) this.#carry[this.#carried + i] = chunk[from + i]!;
    }
    this.#carried += length;
    return length;
  }
}
