import { createInflateRaw } from "node:zlib";

/** Compressed bytes that are unpacked before anybody looks at the output: at most 1032 times as many. */
const SLICE_BYTES = 16 * 1024;
const PIECE_BYTES = 64 * 1024;

/** What became of some compressed bytes. */
export interface Inflated {
  /** The unpacked bytes, in pieces that stay as they are. */
  readonly pieces: readonly Uint8Array[];
  /** Compressed bytes used: fewer than given when the data ended within them, or too many wait. */
  readonly used: number;
  /** Whether the compressed data is at its end; known at the latest with the byte that follows it. */
  readonly isEnd: boolean;
  /** What is wrong with the data, if anything is. */
  readonly problem?: string;
}

/**
 * Unpacks one raw DEFLATE stream (RFC 1951) as its bytes come, in little memory, and says where it
 * ends. It stands on node:zlib, since `DecompressionStream` takes bytes behind the end for an error
 * and does not tell how many it has used. Call close() when done.
 */
export class Inflater {
  readonly #stream = createInflateRaw({ chunkSize: PIECE_BYTES });
  #pieces: Uint8Array[] = [];
  #given = 0;

  constructor() {
    this.#stream.on("data", (piece: Uint8Array) => this.#pieces.push(piece));
    this.#stream.on("error", () => {}); // read from `errored` below
  }

  /** Unpacks the first bytes of `bytes`; call again with what has not been used. */
  async inflate(bytes: Uint8Array): Promise<Inflated> {
    const slice = bytes.subarray(0, SLICE_BYTES);
    this.#pieces = [];
    await new Promise<void>((resolve) => this.#stream.write(slice, () => resolve()));
    const pieces = this.#pieces;
    const { errored } = this.#stream;
    if (errored) return { pieces, used: 0, isEnd: false, problem: errored.message };
    this.#given += slice.length;
    const unused = this.#given - this.#stream.bytesWritten;
    return { pieces, used: slice.length - unused, isEnd: unused > 0 };
  }

  /** Frees the decompressor. */
  close(): void {
    this.#stream.destroy();
  }
}
