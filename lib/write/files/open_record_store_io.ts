import { COLLECTOR_DEFAULTS } from "../../base/collector_defaults.ts";
import { counted } from "../../base/text/counted.ts";
import type { Log } from "../../base/program/log_io.ts";
import { VERSION } from "../../base/version.ts";
import type { FileOptions, StoreOptions } from "./store_options.ts";
import { RecordStore } from "./store_io.ts";

/** Who is told when nothing more can be stored, and of what is. */
export interface StoreListener extends Pick<StoreOptions, "onStored"> {
  readonly onFailure: () => void;
}

/**
 * Opens the record files below a folder, and says what becomes of them.
 *
 * @throws StoreError When another collector stores there, or a newer one has.
 */
export function openRecordStore(
  folder: string,
  options: FileOptions & Pick<StoreOptions, "spanMs" | "takesRows">,
  log: Log,
  listener: StoreListener,
): Promise<RecordStore> {
  return RecordStore.open(folder, {
    version: VERSION,
    rotateBytes: options.rotateBytes,
    rotateAgeMs: options.rotateAgeMs,
    keepDays: options.keepDays,
    keepBytes: options.keepBytes,
    keepLedgerDays: options.keepLedgerDays,
    spanMs: options.spanMs ?? COLLECTOR_DEFAULTS.spanMs,
    takesRows: options.takesRows,
    onNewFile: (path) => log.line(`new file ${path}`),
    onSetAside: (path, why) => log.problem(path, `Set aside in ${path}: ${why}`), // each one is said
    onNoticed: (line) => log.problem(line, line),
    onRotated: (path) => log.line(`rotated file ${path}`),
    onExpired: ({ path, records }) =>
      log.line(`deleted ${path} with ${counted(records, "record")}`),
    onExceeded: (folder, bytes) =>
      log.problem(
        `exceeded ${folder}`,
        `Cannot keep ${folder} within -keep-bytes: files that may not be deleted take ` +
          `${bytes}; wanted: a smaller -rotate-size or a larger -keep-bytes`,
      ),
    onRetentionFailure: (error) => log.problem("retention", error.message),
    onStalled: (error) => log.problem(error.code, `${error.message}; batches of sessions wait`),
    onResumed: () => log.line("storing again"),
    onUnstored: (_batches, error) => log.problem("unstored", error.message),
    ...listener, // also when nothing more comes; the last commit says why
  });
}
