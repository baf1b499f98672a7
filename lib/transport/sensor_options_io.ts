import type { Log } from "../base/program/log_io.ts";
import type { Service } from "../base/program/service.ts";
import type { LiveOptions } from "../capture/live_options.ts";
import type { WatchOptions } from "../capture/watched_files.ts";
import type { OwnDecoder } from "../decode/own_decoder.ts";
import type { RecordOptions } from "../decode/packet.ts";
import type { FollowOptions } from "../follow/follow_options.ts";
import type { Progress } from "../gather/pipeline_listener.ts";
import type { RedactOptions } from "../gather/redact_options.ts";
import type { KeyPair } from "../seal/key.ts";
import type { Address } from "./address.ts";
import type { ResolveHost } from "./resolve_host_io.ts";
import type { SensorReading } from "./sensor_reading.ts";

/** What a sensor is to do. What is left out is as in {@linkcode SENSOR_DEFAULTS}. */
export interface SensorOptions {
  /** Where the collector listens; its sessions are at the next port. */
  readonly collector: Address;
  /**
   * Others with the same key that may serve in its place: when one fails another is tried, in an order of
   * the sensor's own. Not for `box`.
   */
  readonly others?: readonly Address[];
  /** The collector's public key, 32 bytes. */
  readonly collectorKey: Uint8Array;
  /** Capture files and folders of them, to read one after another; `-` is standard input. */
  readonly sources: readonly string[];
  /** A folder to watch for captures, behind the sources. */
  readonly watch?: WatchOptions;
  /** Which packets to read, in the language of pcap-filter(7); a live capture's options have it too. */
  readonly filter?: string;
  /** Pace of the sources: 1 as they were captured, 10 ten times as fast, 0 as fast as possible. */
  readonly replaySpeed?: number;
  /** Interfaces to capture from. */
  readonly live?: LiveOptions;
  /** `session` is acknowledged, `box` are the original's datagrams. */
  readonly transport?: "session" | "box";
  /**
   * How a session carries records: `records` as they are, `auto` as headers in columns (compact batches)
   * where the collector takes them and headers tell all that records hold; `compact` also says where it
   * does not.
   */
  readonly encoding?: "auto" | "records" | "compact";
  /** The sensor's lasting key pair; by default one that is made for this run. */
  readonly keys?: KeyPair;
  /** Reads them again, for a session, since they may be changed while it lasts; see {@linkcode SessionKeys}. */
  readonly readKeys?: () => Promise<readonly KeyPair[]>;
  /** Told, in a session, of the collector's key to connect to from now on. */
  readonly onNextKey?: (key: Uint8Array) => void;
  /**
   * In how many threads it captures and sends, 1 or 2, see {@linkcode startPipeline}; by default 1 where
   * something is captured live, else 2.
   */
  readonly threads?: number;
  /** Bytes of batches that may wait, compressed for a session; more are dropped from a live capture. */
  readonly maxQueueBytes?: number;
  /**
   * Where batches of a session go, sealed for the collector, when it has acknowledged nothing for
   * `afterMs`; all go through it if that is 0. It is made if need be. What a run leaves there, the next
   * one sends.
   */
  readonly spool?: {
    readonly folder: string;
    readonly maxBytes?: number;
    readonly afterMs?: number;
  };
  /**
   * What a session may send, in bytes per second, all counted that it knows of, see {@linkcode Uplink};
   * Infinity for no limit.
   */
  readonly uplink?: number;
  /** How long the end waits for what a session has not acknowledged, in milliseconds. */
  readonly lingerMs?: number;
  /** Called when it is said that the end waits for that; when what it returns aborts, it waits no longer. */
  readonly stopWaiting?: () => AbortSignal;
  /** How often a session's books are closed, in milliseconds. */
  readonly rowMs?: number;
  /**
   * Whether it is an error that the collector cannot be reached at the start; else the sensor begins, and
   * tries again until it ends.
   */
  readonly failFast?: boolean;
  /** Finds the addresses of the collector's host; by default the system does. */
  readonly resolve?: ResolveHost;
  /** Name at the collector; by default the host name where it may be read, else from the key. */
  readonly clientId?: string;
  /** Numbers of the record types to write; by default all that there are decoders for. */
  readonly types?: readonly number[];
  /** Numbers that lead to other decoders, each as `udp.port==8472,vxlan`; later ones overrule. */
  readonly decodeAs?: readonly string[];
  /**
   * Decoders of one's own, besides those there are; the sensor's main thread decodes then. The collector
   * knows the records whose types it has.
   */
  readonly decoders?: readonly OwnDecoder[];
  /** What records hold besides header fields. */
  readonly records?: RecordOptions;
  /** Whether fragments of IP are put together. */
  readonly defrag?: boolean;
  /** How conversations are followed; false: they are not. */
  readonly follow?: FollowOptions | false;
  /** How records are rewritten before anything leaves the sensor; without payload, and not `compact`. */
  readonly redact?: RedactOptions;
  /** Limit of a batch's framed records in bytes. */
  readonly maxBatchBytes?: number;
  /** How old the oldest record of a batch may become, in milliseconds. */
  readonly flushIntervalMs?: number;
  /** Limit of a datagram in bytes; a batch that needs more is split. */
  readonly maxDatagramBytes?: number;
  /** Bytes per second, see {@linkcode Pacer}; Infinity for no limit. */
  readonly rate?: number;
  /** Told twice a second how far the sources have been read. */
  readonly onProgress?: (progress: Progress) => void;
  /** Told how to make it send at most so many bytes per second from then on; Infinity for no limit. */
  readonly onLimitable?: (limit: (bytesPerSecond: number) => void) => void;
  /** Told how to read all that it counts, at one moment each time, until it ends. */
  readonly onReadable?: (read: () => Promise<SensorReading>) => void;
  /** What it says; nothing by default. */
  readonly log?: Log;
  /** Told how it fares; nobody by default. */
  readonly service?: Service;
}
