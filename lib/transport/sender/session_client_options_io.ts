import type { Log } from "../../base/program/log_io.ts";
import type { PackedBatch } from "../../pack/packed_batch.ts";
import type { KeyPair } from "../../seal/key.ts";
import type { Address } from "../address.ts";
import type { BatchSpool } from "./batch_spool.ts";
import type { ResolveHost } from "../resolve_host_io.ts";

/** Makes batches of records of a compact one. */
export type Expand = (batch: PackedBatch) => readonly PackedBatch[];

/** How a `SessionClient` sends. */
export interface SessionClientOptions {
  /** Where the collector listens for sessions. */
  readonly collector: Address;
  /** Others that may serve the session in its place, in the order in which they are tried. */
  readonly others?: readonly Address[];
  readonly collectorKey: Uint8Array;
  /** The sensor's own keys. */
  readonly keys: KeyPair;
  /** Reads them again, and the next ones where they are being changed; what is refused is no change. */
  readonly readKeys?: () => Promise<readonly KeyPair[]>;
  /** Told of the key to connect to from now on; the other one is good for a while. */
  readonly onNextKey?: (key: Uint8Array) => void;
  /** The name that the sensor would like. */
  readonly name: string;
  readonly containsPayloads: boolean;
  /** Whether records of packets' headers are sent, as by default: else more is packed small. */
  readonly sendsHeaders?: boolean;
  /** Limit of the packed batches that are not on the collector's disk, with what it takes to keep them. */
  readonly maxQueueBytes: number;
  /** What may be sent, in bytes per second, see `Uplink`; Infinity, the default, for no limit. */
  readonly uplink?: number;
  /** Where batches go that wait for long; the caller's again at the end. */
  readonly spool?: BatchSpool;
  /** They go there when nothing has been acknowledged for so long; 0, the default: all go through it. */
  readonly spoolAfterMs?: number;
  /** Whether `send` waits while the queue is full; else batches are dropped. */
  readonly waits: boolean;
  /** How long the end waits for what is not acknowledged. */
  readonly lingerMs: number;
  /** When it aborts, the end has come: nothing waits longer than `lingerMs` from then. */
  readonly signal: AbortSignal;
  /** Whether `open` fails when the first try to connect does; else tries follow each other. */
  readonly failFast?: boolean;
  /** Finds the addresses of the collector's host. */
  readonly resolve?: ResolveHost;
  /** Called when it is said that the end waits; when what it returns aborts, nothing waits any longer. */
  readonly stopWaiting?: () => AbortSignal;
  /** Called once, before the end is told, or the rest is left in a spool: may still call `sendBooks`. */
  readonly beforeBye?: () => Promise<void>;
  /** Whether a collector that takes no compact batches is to be named. */
  readonly wantsCompact?: boolean;
  /** Loads what a collector needs that is replaced by one of the first release. */
  readonly loadExpand?: () => Promise<Expand>;
  readonly log: Log;
}
