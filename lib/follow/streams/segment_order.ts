/**
 * Puts the segments of one direction of a TCP connection in order. RFC 9293, section 3.4: numbers are
 * taken modulo 2^32, and what lies up to 2^31 behind the next expected byte is old.
 *
 * Where segments overlap, the bytes that came first stay.
 */

/** Takes bytes in order; they are valid during the call only. */
export type Deliver = (bytes: Uint8Array, at: number, end: number) => void;

/** Room for bytes that came out of order: of a connection, and of all together. */
export interface HeldRoom {
  /** False when there is no room for so many more. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

interface Held {
  /** Where it begins, behind the next expected byte; moved down as that moves up. */
  from: number;
  readonly bytes: Uint8Array;
  /** Whether the capture lacks what is behind it. */
  readonly isCut: boolean;
}

/** What one piece costs besides its bytes. */
const PIECE_BYTES = 128;
/** No receiver takes what is farther ahead. RFC 7323, section 2.3. */
const MAX_WINDOW = 1 << 30;

export class SegmentOrder {
  /** Set when the stream cannot be read on: bytes are not in the capture, or not in order in time. */
  ended: "" | "cut" | "gap" = "";
  /** Sequence number of the next byte; meaningless before `begin`. */
  #next = 0;
  #hasBegun = false;
  /** What came too early, by where it begins, without overlaps. */
  #held: Held[] = [];

  constructor(private readonly room: HeldRoom) {}

  /** Says where the first byte is: behind a SYN, or where a capture begins within a connection. */
  begin(seq: number): void {
    this.#next = seq >>> 0;
    this.#hasBegun = true;
  }

  /** Whether something waits for bytes before it. */
  get hasGap(): boolean {
    return this.#held.length > 0;
  }

  /** Whether the byte with this number is the next one, as far as is known. */
  isAt(seq: number): boolean {
    return !this.#hasBegun || (seq >>> 0) === this.#next;
  }

  /**
   * Takes a segment's payload, `bytes[at, end)`, whose first byte has the number `seq`, and delivers
   * what is in order now. Sets `ended` behind the last byte that can be delivered.
   *
   * @param isCut Whether the capture lacks bytes behind `end`.
   */
  add(
    seq: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    isCut: boolean,
    deliver: Deliver,
  ): void {
    if (this.ended !== "") return;
    if (!this.#hasBegun) this.begin(seq);
    let from = (seq - this.#next) | 0;
    if (from < 0) { // sent before, wholly or in part; a keep-alive repeats one byte
      at -= from;
      from = 0;
      if (at >= end) return;
    }
    if (from === 0 && this.#held.length === 0) {
      this.#move(end - at);
      deliver(bytes, at, end);
      if (isCut) this.#end("cut");
      return;
    }
    if (from > MAX_WINDOW) return;
    if (this.#hold(from, bytes, at, end, isCut)) this.#deliverHeld(deliver);
    else this.#end("gap");
  }

  /** Gives back what is held, for good. */
  close(): void {
    this.#end(this.ended === "" && this.hasGap ? "gap" : this.ended);
  }

  /** Keeps those parts of the segment that nothing held has; false when there is no room. */
  #hold(from: number, bytes: Uint8Array, at: number, end: number, isCut: boolean): boolean {
    const base = from - at;
    let index = 0;
    while (at < end) {
      const next = this.#held[index];
      const nextFrom = next === undefined ? Infinity : next.from - base;
      const nextEnd = next === undefined ? Infinity : nextFrom + next.bytes.length;
      if (nextEnd <= at) {
        index++;
        continue;
      }
      if (nextFrom > at) {
        const to = Math.min(end, nextFrom);
        if (!this.room.take(to - at + PIECE_BYTES)) return false;
        const piece = { from: base + at, bytes: bytes.slice(at, to), isCut: isCut && to === end };
        this.#held.splice(index, 0, piece);
        index++;
      }
      at = nextEnd;
      index++;
    }
    return true;
  }

  #deliverHeld(deliver: Deliver): void {
    while (this.#held[0]?.from === 0) {
      const { bytes, isCut } = this.#held.shift()!;
      this.room.give(bytes.length + PIECE_BYTES);
      this.#move(bytes.length);
      deliver(bytes, 0, bytes.length);
      if (isCut && this.#held[0]?.from !== 0) return this.#end("cut");
    }
  }

  #move(bytes: number): void {
    this.#next = (this.#next + bytes) >>> 0;
    for (const held of this.#held) held.from -= bytes;
  }

  #end(why: "" | "cut" | "gap"): void {
    this.ended = why;
    for (const { bytes } of this.#held) this.room.give(bytes.length + PIECE_BYTES);
    this.#held = [];
  }
}
