import type { StoreError } from "../../base/errors.ts";
import { MAX_FILE_BYTES } from "../../base/max_file.ts";
import type { FileLayer } from "./file_layer.ts";
import type { StoreClock } from "./store_clock.ts";
import type { ExpiredFile } from "./store_counts.ts";

/** How long record files become, and how long they are kept. */
export interface FileOptions {
  /** The length at which a file is given its last name and a new one begun (default 256 MiB). */
  readonly rotateBytes?: number;
  /** The age at which that is done when something comes for the file; 0, the default, for none. */
  readonly rotateAgeMs?: number;
  /** Days after its rotation that a file is kept; 0, the default: always. */
  readonly keepDays?: number;
  /**
   * What the record files of one client may take before its oldest rotated ones go; 0, the default,
   * for no limit.
   */
  readonly keepBytes?: number;
  /**
   * Days after its rotation that a file of the ledger is kept where others are deleted, but no less than
   * these; 0, the default: always. Such files do not count for `keepBytes`.
   */
  readonly keepLedgerDays?: number;
}

/** All of them: when files get no more, and when they are deleted. */
export type FileLimits = Required<FileOptions>;

/** A member with records that is in its file. */
export interface StoredMember {
  /** Name of the sensor. */
  readonly client: string;
  /** Number of the record type. */
  readonly type: number;
  /** How many records it has. */
  readonly count: number;
  /** All of it; the store's again when whoever is told returns. */
  readonly member: Uint8Array;
}

/** How to store. */
export interface StoreOptions extends FileOptions {
  /** Version for the headers of new files. */
  readonly version: string;
  /** Files kept open at most; the one unused for longest is closed for another (default 512). */
  readonly maxOpenFiles?: number;
  /**
   * Bytes of batches without session that may wait for the disk, with what it takes to keep them,
   * before `append` does (default 16 MiB).
   */
  readonly maxWaitingBytes?: number;
  /** How long batches are gathered for a write and a sync (default 20 ms). */
  readonly gatherMs?: number;
  /** What a row of the collector's books spans at least; 0, the default: it keeps none. */
  readonly spanMs?: number;
  /** Whether rows of what is stored come with it (`keep`): then it makes only those of what it deletes. */
  readonly takesRows?: boolean;
  /** How long it takes until what could not be written is tried again (default 1 s). */
  readonly retryMs?: number;
  /** The file system. */
  readonly layer?: FileLayer;
  /** The system's by default. */
  readonly clock?: StoreClock;
  /** Told of each file that is begun: its path below the folder, `xyz/TCP.ncap.gz`. */
  readonly onNewFile?: (path: string) => void;
  /** Told of each member with records that has been written. */
  readonly onStored?: (stored: StoredMember) => void;
  /** Told of each file that gets no more: its last path below the folder. */
  readonly onRotated?: (path: string) => void;
  /** Told of each file that is deleted since it is too old or there are too many. */
  readonly onExpired?: (file: ExpiredFile) => void;
  /** Told once when a client's files take more than `keepBytes`, so many bytes, though none may go: its folder. */
  readonly onExceeded?: (folder: string, bytes: number) => void;
  /** Told why files that are too old or too many could not be looked for. */
  readonly onRetentionFailure?: (error: StoreError) => void;
  /** Told where something is now that was in the way of a record file, and what it is. */
  readonly onSetAside?: (path: string, why: string) => void;
  /** Told in a line what somebody seems to have done to a client's files meanwhile. */
  readonly onNoticed?: (line: string) => void;
  /**
   * Told when batches without session are lost because their file cannot be opened or has no room;
   * and, with 0 batches, that a client's files cannot be mended for want of it.
   */
  readonly onUnstored?: (batches: number, error: StoreError) => void;
  /** Told when batches of sessions begin to wait because the disk is full or a file cannot be opened. */
  readonly onStalled?: (error: StoreError) => void;
  /** Told when none waits for that any more. */
  readonly onResumed?: () => void;
  /** Told once when the store has failed; every call throws that error from then on. */
  readonly onFailure?: (error: StoreError) => void;
}

/** What holds where nothing else is said. */
export const STORE_DEFAULTS = {
  maxOpenFiles: 512,
  maxWaitingBytes: 16 << 20,
  rotateBytes: MAX_FILE_BYTES,
  rotateAgeMs: 0,
  keepDays: 0,
  keepBytes: 0,
  keepLedgerDays: 0,
  spanMs: 0,
  takesRows: false,
  gatherMs: 20, // gathers a few dozen batches for each sync under load
  retryMs: 1000,
};

/** How long files become and are kept, with the defaults for what is not given. */
export function fileLimits(options: FileOptions): FileLimits {
  const { rotateBytes, rotateAgeMs, keepDays, keepBytes, keepLedgerDays } = withDefaults(options);
  return { rotateBytes, rotateAgeMs, keepDays, keepBytes, keepLedgerDays };
}

/** The options with defaults in place of what is not given. */
export function withDefaults<Options extends FileOptions>(
  options: Options,
): Options & typeof STORE_DEFAULTS {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...STORE_DEFAULTS, ...Object.fromEntries(given) as unknown as Options };
}
