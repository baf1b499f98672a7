import type { PackedRecords } from "../pack/member.ts";
import type { SessionWatch } from "../transport/server/session_watch.ts";

/** Who wants to know of sensors: which are there, and what their books say. */
export interface SensorWatch extends SessionWatch {
  /** Rows of a sensor's books have come, for the first time. */
  rows(client: string, rows: PackedRecords): void;
}
