/** What became of the records of one type: `taken = sent + dropped + tooLarge + failed`. */
export interface SentCounts {
  /** Records handed to the network; of a session, those that the collector has on disk. */
  sent: number;
  /** Datagrams, or batches of a session, that held them. */
  parts: number;
  /** Length of these together. */
  bytes: number;
  /** Records that a full queue had no room for. */
  dropped: number;
  /** Records that alone are larger than what can be sent. */
  tooLarge: number;
  /** Records that the operating system refused to send; of a session, those not acknowledged at the end. */
  failed: number;
}

/** Counts by record type, made when they are first needed. */
export class SentCountsByType extends Map<number, SentCounts> {
  /** Records of all types that failed. */
  get failed(): number {
    let sum = 0;
    for (const { failed } of this.values()) sum += failed;
    return sum;
  }

  /** The counts of `type`. */
  of(type: number): SentCounts {
    let counts = this.get(type);
    if (!counts) {
      counts = { sent: 0, parts: 0, bytes: 0, dropped: 0, tooLarge: 0, failed: 0 };
      this.set(type, counts);
    }
    return counts;
  }
}
