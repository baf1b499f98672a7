import type { FileLayer } from "./file_layer.ts";
import { syncError } from "./store_error.ts";

/** Folders that are open at a time. */
const AT_ONCE = 32;

/**
 * Makes the names in these folders durable. One that is not there any more has none: whoever removed
 * it wanted them gone.
 *
 * @throws StoreError When the file system refuses.
 */
export async function syncFolders(layer: FileLayer, paths: Iterable<string>): Promise<void> {
  const all = [...paths];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    await Promise.all(all.slice(at, at + AT_ONCE).map((path) => syncFolder(layer, path)));
  }
}

async function syncFolder(layer: FileLayer, path: string): Promise<void> {
  try {
    await layer.syncFolder(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw syncError(path, cause);
  }
}
