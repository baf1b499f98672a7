const BLOCK_BYTES = 64;
/** Of the length in bits, in which it ends. */
const LENGTH_BYTES = 8;

/** The last one or two blocks of what MD5 and SHA-1 hash: padded, the length at the end. RFC 1321, 3.1 and 3.2. */
export class LastBlocks {
  readonly bytes = new Uint8Array(2 * BLOCK_BYTES);
  readonly #view = new DataView(this.bytes.buffer);
  readonly #isLittleEndian: boolean;

  /** @param isLittleEndian Of the length: true for MD5. */
  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  /**
   * Takes what is behind the whole blocks of `from[0, length)`.
   *
   * @param wholeEnd Where that begins.
   * @returns The end of the blocks in `bytes`.
   */
  take(from: Uint8Array, wholeEnd: number, length: number): number {
    const { bytes } = this;
    const left = length - wholeEnd;
    for (let i = 0; i < left; i++) bytes[i] = from[wholeEnd + i]!;
    bytes[left] = 0x80;
    const end = left + 1 + LENGTH_BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    bytes.fill(0, left + 1, end);
    const at = end - LENGTH_BYTES;
    const isLittle = this.#isLittleEndian;
    this.#view.setUint32(at + (isLittle ? 0 : 4), length << 3, isLittle);
    this.#view.setUint32(at + (isLittle ? 4 : 0), length >>> 29, isLittle);
    return end;
  }
}
