import type { Distribution } from "../../base/count/metric.ts";
import type { ServerState } from "../../transport/server/server_state.ts";
import type { AlarmKind } from "../alarms/alarm.ts";
import type { KnownSensor } from "../../seal/access/known_sensors.ts";
import type { CollectorReport } from "./collector_report.ts";
import type { PageCounts } from "./page_counts.ts";
import type { SensorState } from "./sensor_states.ts";

/** How a store is doing just now. */
export interface StoreState {
  /** Seconds from when a round of writing is begun until all of it is durable. */
  readonly commits: Distribution;
  /** Record files that are open. */
  readonly openFiles: number;
  /** Why batches wait, since there is no room or a file cannot be opened; undefined while none do. */
  readonly stall: string | undefined;
}

/** The file system that a folder is on, in bytes, as a program without privileges may use it. */
export interface DiskSpace {
  /** Its size. */
  readonly bytes: number;
  /** What is free. */
  readonly free: number;
}

/** What has been read of streams, and is to be read still. */
export interface StreamState {
  /** Messages that were read. */
  readonly messages: number;
  /** Messages that nobody can read. */
  readonly unreadable: number;
  /** By partition, messages that are to be read still. */
  readonly lag: ReadonlyMap<string, number>;
  /** Bytes of those that are being read. */
  readonly heldBytes: number;
}

/** What a collector's registry reads: what it has counted, and what is so just now. */
export interface CollectorReading {
  /** What it has counted. */
  readonly report: CollectorReport;
  /** The store; undefined at the end. */
  readonly store?: StoreState;
  /** The server of sessions; undefined where there is none. */
  readonly server?: ServerState | undefined;
  /** Streams of which files are made; undefined where none are. */
  readonly stream?: StreamState;
  /** Bytes of the file system of the records; undefined where they may not be asked for. */
  readonly disk?: DiskSpace | undefined;
  /** Refused batches of sessions, by the number of the reason (docs/protocol.md). */
  readonly refusals?: ReadonlyMap<number, number>;
  /** Alarms that stand, with the names under which sensors are told. */
  readonly alarms?: readonly { readonly client: string; readonly kind: AlarmKind }[];
  /** What is known of sensors that have come, or of which something was stored. */
  readonly sensors?: readonly SensorState[];
  /** Whether every key may send, under any name. */
  readonly isOpen?: boolean;
  /** Sensors of which an operator has said something, for who asks. */
  readonly known?: () => readonly KnownSensor[];
  /** What is counted of its page; undefined where there is none. */
  readonly page?: Readonly<PageCounts>;
}
