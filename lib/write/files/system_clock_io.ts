import type { StoreClock } from "./store_clock.ts";

/** The clocks of the system. */
export const SYSTEM_CLOCK: StoreClock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
