import { messageOf, StoreError } from "../../base/errors.ts";

/** The disk has no room, or the user's share of it has none. */
const FULL = ["ENOSPC", "EDQUOT"];

/**
 * The error for something that the file system refused; a `cause` that is one already stays as it is.
 *
 * @param attempt What was tried, as in `write "records/xyz/TCP.ncap.gz"`.
 * @param consequence What that means for what is stored.
 */
export function storeError(attempt: string, cause: unknown, consequence = ""): StoreError {
  if (cause instanceof StoreError) return cause;
  const { code } = cause as { code?: string };
  const isFull = code !== undefined && FULL.includes(code);
  const reason = isFull ? "the disk is full; make room or choose another folder" : messageOf(cause);
  return new StoreError(
    isFull ? "disk-full" : "write-failed",
    `Cannot ${attempt}: ${reason}${consequence && `; ${consequence}`}`,
    { cause },
  );
}

/** Awaits a sync of a file. @throws StoreError As {@linkcode syncError} when it fails. */
export async function orSyncError(path: string, syncing: Promise<void>): Promise<void> {
  try {
    await syncing;
  } catch (cause) {
    throw syncError(path, cause);
  }
}

/**
 * The error for a sync that failed, which is never tried again: the system may have forgotten what
 * it could not write, and say yes.
 */
export function syncError(path: string, cause: unknown): StoreError {
  return new StoreError("sync-failed", `Cannot sync "${path}": ${messageOf(cause)}`, { cause });
}

/** The error for a file that a newer build has written; nothing of it may be touched. @param attempt What was tried. */
export function newerFile(path: string, attempt = `store where "${path}" is`): StoreError {
  return new StoreError(
    "newer-version",
    `Cannot ${attempt}: a newer version of Farcap has written it; wanted: that one, or another folder`,
  );
}
