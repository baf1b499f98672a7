/**
 * How both ends carry a session. Deno's default congestion control stalls at 5 % loss, its default
 * time-out notices a dead peer after half a minute; unread streams cost the collector memory, so that
 * there is one for each connection.
 */
export const QUIC_OPTIONS = {
  congestionControl: "low-latency",
  keepAliveInterval: 2000,
  maxIdleTimeout: 6000,
  maxConcurrentBidirectionalStreams: 1,
  maxConcurrentUnidirectionalStreams: 0,
} as const;
