import { createGunzip } from "node:zlib";

const OUTPUT_BYTES = 65_536;

/**
 * Unpacks gzip, of one member or several, piece by piece: what a piece unpacks to is yielded before
 * the next is taken. So memory stays bounded however well the data compress, and data that are cut
 * are unpacked up to the cut; a damaged byte may take up to 64 KiB before it along.
 */
export class Gunzip {
  readonly #stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  #failure: Error | undefined;
  #wake = () => {};

  constructor() {
    this.#stream.on("readable", () => this.#wake());
    this.#stream.on("end", () => this.#wake());
    this.#stream.on("error", (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /**
   * Yields what `packed` unpacks to.
   *
   * @param packed Read until the generator is done.
   * @throws {Error} If the data are not gzip or are broken.
   */
  async *push(packed: Uint8Array): AsyncGenerator<Uint8Array> {
    let taken = false;
    this.#stream.write(packed, () => {
      taken = true;
      this.#wake();
    });
    yield* this.#drain(() => taken);
  }

  /**
   * Yields what is left when no more comes.
   *
   * @throws {Error} If the data are cut, or their check sum is wrong.
   */
  async *end(): AsyncGenerator<Uint8Array> {
    this.#stream.end();
    yield* this.#drain(() => this.#stream.readableEnded);
  }

  /** Gives the memory back; the rest of the data is lost. */
  close(): void {
    this.#stream.destroy();
  }

  async *#drain(isDone: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const unpacked: Uint8Array | null = this.#stream.read();
      if (unpacked !== null) yield unpacked;
      else if (this.#failure !== undefined) throw this.#failure;
      else if (isDone()) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
