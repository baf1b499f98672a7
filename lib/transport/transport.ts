import type { SendError } from "../base/errors.ts";
import type { Batch } from "../gather/batch.ts";
import type { LinkState } from "./link_state.ts";
import type { SentCounts } from "./sent_counts.ts";

/** A way to the collector. */
export interface Transport extends AsyncDisposable {
  /** What became of what it was given, by record type. */
  readonly counts: ReadonlyMap<number, SentCounts>;
  /** The name that the sensor has at the collector, as far as it is known. */
  readonly name: string;
  /** Why records did not arrive, or may not have; undefined before the end, and when all did. */
  readonly error: SendError | undefined;
  /** Memory of batches that wait to be sent, or to be acknowledged. */
  readonly waitingBytes: number;
  /** The connection to the collector; undefined where there is none. */
  readonly link?: LinkState;
  /** Resolves when compact batches can be sent; never where they cannot. */
  readonly takesCompact?: Promise<void>;
  /** Takes a batch, which is the caller's again when this returns; waits while it can take no more. */
  send(batch: Batch): Promise<void>;
  /** Sends at most so many bytes per second from now on; Infinity for no limit. */
  limit(bytesPerSecond: number): void;
  /** Waits for what is under way. */
  finish(): Promise<void>;
}
