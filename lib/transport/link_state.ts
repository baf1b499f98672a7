import type { Distribution } from "../base/count/metric.ts";

/** How a sensor's way to its collector is just now. */
export interface LinkState {
  /** Whether the collector has accepted a connection that is there. */
  readonly isConnected: boolean;
  /** Connections that the collector has accepted. */
  readonly connections: number;
  /** Tries to connect that failed. */
  readonly failures: number;
  /** Seconds from the first packet of a connection until the collector accepts it. */
  readonly handshakes: Distribution;
  /** How long there has been none, or the first has been looked for; 0 while there is one. */
  readonly awayMs: number;
  /** Why the last try, or the last connection, ended. */
  readonly why: string | undefined;
  /** How far the clock here is ahead of the collector's, as its last welcome told. */
  readonly clockAheadMs: number | undefined;
  /** Memory of batches that wait to be sent, or to be acknowledged. */
  readonly queueBytes: number;
  /** Its limit. */
  readonly maxQueueBytes: number;
  /** What may still be sent before something is acknowledged. */
  readonly creditBytes: number;
  /** Length of the files of the spool, and its limit. */
  readonly spool: { readonly bytes: number; readonly maxBytes: number } | undefined;
}
