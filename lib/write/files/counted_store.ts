import type { Store } from "../store.ts";
import type { StoreCounts } from "./store_counts.ts";
import type { FileOptions } from "./store_options.ts";

/** A store that counts. */
export interface CountedStore extends Store {
  /** What it has done with what came. */
  readonly counts: StoreCounts;
  /** Keeps to other limits of files from now on; undefined where there are none. */
  limit?(options: FileOptions): void;
}
