/** What stands in two columns of a compact batch (docs/protocol.md). */

/** Of the column `row`; from `Other` on, how far back in the table the flow is. */
export const enum Row {
  /** A whole record stands at this place. */
  Record = 0,
  /** The flow that came behind the last packet's the last time. */
  Expected = 1,
  /** The other direction of the last packet's. */
  Reverse = 2,
  New = 3,
  Other = 4,
}

/** Bits of the column `change`. What they announce is in `rest`, in this order. */
export const enum Change {
  /** Another form of TCP options: 0 and a new one (length, bytes), or its number plus 1. */
  Options = 1,
  /** Bytes of the header that seldom change: a bit for each that does, then these. */
  Habits = 2,
  /** Another checksum of IPv4 than the header has: 2 bytes. */
  Checksum = 4,
  /** Another length of UDP than that of the IP packet. */
  UdpLength = 8,
  /** Length of the frame. */
  Frame = 16,
}

/** Of a second; the largest unit of time. */
export const NANOS: i64 = 1_000_000_000;
