/** What a server of sessions has seen. */
export interface SessionCounts {
  /** Connections that came. */
  connections: number;
  /** Connections that proved to be a sensor's which may send. */
  accepted: number;
  /** Connections that ended before, by what was wrong or because they took too long. */
  turnedAway: number;
  /** Connections closed because they broke the protocol. */
  violations: number;
}
