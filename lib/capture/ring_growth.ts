/** What a ring begins with that is to grow: 10,000 packets/s for half a second. */
export const FIRST_RING_BYTES = 4 << 20;
/** What it grows to, and has where it cannot grow. */
export const MAX_RING_BYTES = 64 << 20;
const FACTOR = 4;
/** How long a ring must be able to hold what comes, while nobody reads. */
const HELD_MS = 500;

/**
 * How large a ring should be for what came lately; never smaller than it is.
 *
 * @param bytes What was captured.
 * @param dropped Packets that found it full.
 * @param ms In which time.
 */
export function fittingRing(ringBytes: number, bytes: number, dropped: number, ms: number): number {
  const needed = Math.max(bytes * HELD_MS / ms, dropped > 0 ? ringBytes + 1 : 0);
  let fitting = ringBytes;
  while (fitting < needed && fitting < MAX_RING_BYTES) fitting *= FACTOR;
  return Math.min(fitting, MAX_RING_BYTES);
}
