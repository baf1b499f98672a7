import type { Distribution } from "../../base/count/metric.ts";

/** How a server of sessions is doing just now. */
export interface ServerState {
  /** Connections of sensors that may send. */
  readonly sensors: number;
  /** Connections that have not proved anything yet. */
  readonly halfOpen: number;
  /** What all sensors together may send before something is stored. */
  readonly creditBytes: number;
  /** What of that nobody has. */
  readonly freeCreditBytes: number;
  /** Seconds from the beginning of a connection until its sensor has proved that it may send. */
  readonly handshakes: Distribution;
}
