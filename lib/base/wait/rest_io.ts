import { MAX_TIMER_MS } from "./max_timer.ts";

/**
 * Waits `ms`, 24 days at most, or until `signal` aborts. Even 0 lets the event loop turn once.
 */
export async function rest(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
  const stop = () => resolve();
  signal?.addEventListener("abort", stop);
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", stop);
}
