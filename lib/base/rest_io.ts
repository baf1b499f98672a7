/** Timers take 32 bits; a longer wait would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits, not beyond the abort of `signal` and 24 days at most. */
export async function rest(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.min(ms, MAX_TIMER_MS));
  const stop = () => resolve();
  signal?.addEventListener("abort", stop);
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", stop);
}
