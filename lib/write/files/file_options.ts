import type { FileOptions } from "./store_options.ts";

/** What is said of files on a command line. */
interface FileFlags {
  readonly "rotate-size": number;
  readonly "rotate-age": number;
  readonly "keep-days"?: number | undefined;
  readonly "keep-bytes"?: number | undefined;
  readonly "keep-ledger-days": number;
}

/** How long record files become, and are kept, as flags say. */
export function fileOptions(flags: FileFlags): FileOptions {
  return {
    rotateBytes: flags["rotate-size"],
    rotateAgeMs: flags["rotate-age"],
    keepDays: flags["keep-days"],
    keepBytes: flags["keep-bytes"],
    keepLedgerDays: flags["keep-ledger-days"],
  };
}
