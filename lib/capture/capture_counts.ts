/**
 * What became of the packets of one capture or more: a parser adds to it, so one may be given to
 * several parsers in turn. Packets found are `delivered + refused + filtered`.
 */
export interface CaptureCounts {
  /** Packets that the handler was given. */
  delivered: number;
  /** Packets of an interface whose link type is not supported. */
  refused: number;
  /** Delivered packets whose capture time was moved to the nearest that 64-bit nanoseconds hold. */
  clampedTimes: number;
  /** Packets that a filter of the user's left out. */
  filtered: number;
}

/** Nothing counted yet. */
export function createCaptureCounts(): CaptureCounts {
  return { delivered: 0, refused: 0, clampedTimes: 0, filtered: 0 };
}
