const FIRST_MS = 200;
const MAX_FIRST_MINUTE_MS = 4_000;
const MAX_MS = 20_000;
const FIRST_MINUTE_MS = 60_000;
/** Waits are spread by that part of their length, so that sensors do not come back all at once. */
const JITTER = 0.25;

/**
 * How long to wait before the next try to connect: from the beginning of one to the next it is doubled
 * each time, to at most 5 s in the first minute and 25 s afterwards.
 *
 * @param tries Tries that have failed in a row, from 1.
 * @param sinceMs How long ago there was a connection.
 * @param triedMs How long the last try took.
 * @param random From 0 to 1.
 */
export function backoffMs(
  tries: number,
  sinceMs: number,
  triedMs: number,
  random: number,
): number {
  const max = sinceMs < FIRST_MINUTE_MS ? MAX_FIRST_MINUTE_MS : MAX_MS;
  const plain = Math.min(max, FIRST_MS * 2 ** Math.min(tries - 1, 16));
  return Math.max(0, plain * (1 + JITTER * (2 * random - 1)) - triedMs);
}
