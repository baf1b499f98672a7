import { rest } from "../base/wait/rest_io.ts";
import type { Replay } from "./replay.ts";

/**
 * Waits for each packet that is held and lets it go when it is due, until none is left or `signal`
 * aborts.
 *
 * @param afterRelease Called and awaited after the packets that were due at a time.
 */
export async function playBack(
  replay: Replay,
  afterRelease?: () => Promise<void> | void,
  signal?: AbortSignal,
): Promise<void> {
  while (!signal?.aborted) {
    const dueMs = replay.release(performance.now());
    await afterRelease?.();
    if (dueMs === undefined) return;
    await rest(dueMs - performance.now(), signal);
  }
}
