/** What a collector does unless it is told otherwise. */
export const COLLECTOR_DEFAULTS = {
  /** What a row of its books spans at least. */
  spanMs: 60_000,
} as const;
