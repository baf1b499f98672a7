/** Longest name of a sensor, UTF-8. */
export const MAX_NAME_BYTES = 255;
