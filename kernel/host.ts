/** What the kernel asks of `lib/verify/compact_records.ts`. */

/** What becomes of packets; the values of {@linkcode begin}. */
export const enum Mode {
  /** The host makes their records. */
  Host = 0,
  /** The kernel makes those that it knows. */
  Kernel = 1,
  /** They are only counted. */
  Count = 2,
}

/** The batch has these options; what becomes of its packets. */
export declare function begin(options: u32): Mode;

/**
 * A packet whose headers, which have that shape, are at `at`; it had the length `end - at`. The host puts
 * their records where `reserve` says.
 */
export declare function packet(at: usize, end: usize, sec: f64, nsec: i32, shape: i32): void;

/** A whole record; false when it is none. As `packet` does, the host puts it into its slot. */
export declare function record(type: f64, at: usize, end: usize): bool;
