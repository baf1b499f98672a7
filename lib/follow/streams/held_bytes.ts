/** So much of a direction is held until it makes sense; nothing that is read here is longer. */
export const MAX_HELD_BYTES = 16 << 10;

const FIRST_BYTES = 1 << 10;

/** Room for bytes in order, out of that of all connections. */
export interface Room {
  /** False when there is no room for so many more. */
  reserve(bytes: number): boolean;
  release(bytes: number): void;
}

/** The bytes of one direction that came in order and that nobody has been able to read yet. */
export class HeldBytes {
  bytes: Uint8Array = NOTHING;
  length = 0;

  constructor(private readonly room: Room) {}

  get isFull(): boolean {
    return this.length === MAX_HELD_BYTES;
  }

  /** Takes as many of `bytes[at, end)` as there is room for; returns where the rest begins. */
  append(bytes: Uint8Array, at: number, end: number): number {
    const wanted = Math.min(MAX_HELD_BYTES, this.length + end - at);
    if (wanted > this.bytes.length) this.#grow(wanted);
    const to = at + Math.min(end - at, this.bytes.length - this.length);
    this.bytes.set(bytes.subarray(at, to), this.length);
    this.length += to - at;
    return to;
  }

  /** Lets the first bytes go. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
    if (this.length === 0) this.close();
  }

  /** Gives the memory back. */
  close(): void {
    this.room.release(this.bytes.length);
    this.bytes = NOTHING;
    this.length = 0;
  }

  #grow(wanted: number): void {
    let capacity = Math.max(FIRST_BYTES, this.bytes.length);
    while (capacity < wanted) capacity *= 2;
    if (!this.room.reserve(capacity - this.bytes.length)) return;
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

const NOTHING = new Uint8Array(0);
