/** What readers of streams could not read, each a number of streams, but for `quicPassed` (datagrams). */
export interface StreamCounts {
  /** Streams that were read, by application. */
  read: Record<string, number>;
  /** Streams whose reading ended since a segment was captured in part only. */
  cut: number;
  /** Streams whose reading ended since a segment is missing, or came too late to be waited for. */
  missing: number;
  /** Streams whose reading ended since `-follow-memory` was full. */
  noRoom: number;
  /** Streams whose reading ended since they broke the rules of their application, or a bound of ours. */
  broken: number;
  /** Datagrams that may be QUIC's and were not tried, since so many were tried in that second. */
  quicPassed: number;
  /** Records that were larger than a record may be, and dropped. */
  oversized: number;
}

/** A stream of that application is read. */
export function countRead({ read }: StreamCounts, application: string): void {
  read[application] = (read[application] ?? 0) + 1;
}

export function createStreamCounts(): StreamCounts {
  return { read: {}, cut: 0, missing: 0, noRoom: 0, broken: 0, quicPassed: 0, oversized: 0 };
}
