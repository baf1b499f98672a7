/**
 * What became of the batches of all sessions: `batches = duplicates + refused + stored`, once settled.
 * One that is stored in several files counts once for each.
 */
export interface HostCounts {
  /** Taken, in the order of their sequence. */
  batches: number;
  /** Were on disk already: the sensor had not heard of that. */
  duplicates: number;
  /** Said something else than they held; that is on disk too. */
  refused: number;
  /** Batches that had been acknowledged and are not on disk: it has been put back to an older state. */
  lost: bigint;
}
