/** So large a spool has to be at least. */
export const MIN_SPOOL_BYTES = 16 << 20;

/** What a sensor does unless it is told otherwise. */
export const SENSOR_DEFAULTS = {
  replaySpeed: 0,
  /** Nobody builds more tunnels in one another, but for who wants to keep others busy. */
  records: { payload: false, context: true, entropy: false, tunnelDepth: 8 },
  defrag: true,
  follow: {
    idleSeconds: { tcp: 300, udp: 60, icmp: 10 },
    activeSeconds: 300,
    maxBytes: 32 << 20,
    hasCredentials: false,
    hasProfiles: false,
  },
  transport: "session",
  encoding: "auto",
  /** Of the records in a batch, by transport. */
  maxBatchBytes: { session: 131_072, box: 10_240 },
  /** Instead, of a session without records of headers: what is packed together repeats itself more often. */
  maxBatchBytesWithoutHeaders: 262_144,
  lingerMs: 30_000,
  /** How often a session's books are closed. */
  rowMs: 60_000,
  flushIntervalMs: 5_000,
  maxDatagramBytes: 10_240,
  rate: 10_000_000,
  maxQueueBytes: 64 << 20,
  maxSpoolBytes: 2 ** 30,
  spoolAfterMs: 5_000,
} as const;
