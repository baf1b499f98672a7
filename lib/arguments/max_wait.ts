/** The longest time that a flag may give for a wait: timers take 32 bits, in milliseconds. */
export const MAX_WAIT_MS = 24 * 86_400_000;
