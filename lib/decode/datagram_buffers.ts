/** The smallest buffer: 4 KiB, and two addresses. Others have twice as much, and so on. */
const LEAST_BYTES = 4096 + 32;
const KEPT = 8;

/** Buffers for datagrams of fragments. Those that were given back are used again: a new one costs more than all else. */
export class DatagramBuffers {
  readonly #free: (Uint8Array<ArrayBuffer> | undefined)[] = Array(KEPT).fill(undefined);
  #next = 0;

  /** One of at least so many bytes, with whatever they are. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    let length = LEAST_BYTES;
    while (length < bytes) length *= 2;
    for (let place = 0; place < KEPT; place++) {
      const buffer = this.#free[place];
      if (buffer?.length !== length) continue;
      this.#free[place] = undefined;
      return buffer;
    }
    return new Uint8Array(length);
  }

  /** Takes one back; the oldest of those that nobody has wanted goes. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#free[this.#next] = buffer;
    this.#next = (this.#next + 1) % KEPT;
  }
}
