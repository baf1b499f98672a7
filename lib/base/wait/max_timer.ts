/** Timers take 32 bits; a longer wait would end at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
