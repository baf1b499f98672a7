import { assert } from "@std/assert";

const POLL_MS = 10;

/** Asks again and again until it is so; fails with what was awaited when `maxMs` are over. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  maxMs = 60_000,
): Promise<void> {
  const endMs = performance.now() + maxMs;
  while (!await isSo()) {
    assert(performance.now() < endMs, `in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
