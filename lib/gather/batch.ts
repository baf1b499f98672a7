/** Records of one type, closed and on their way. Its buffer may be transferred; one side owns it. */
export interface Batch {
  /** Number of the record type. */
  readonly type: number;
  /** How many records. */
  readonly count: number;
  /**
   * The framed records: `uvarint(length) bytes[length]`, one after another. The buffer behind it may be
   * longer.
   */
  readonly data: Uint8Array<ArrayBuffer>;
}
