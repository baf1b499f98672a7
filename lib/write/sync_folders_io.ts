import { storeError } from "./store_error.ts";

/** Folders that are open at a time. */
const AT_ONCE = 32;

/**
 * Makes the names in these folders durable. One that is not there any more has none: whoever removed
 * it wanted them gone.
 *
 * @throws StoreError When the file system refuses.
 */
export async function syncFolders(paths: Iterable<string>): Promise<void> {
  if (Deno.build.os === "windows") return; // folders cannot be opened there
  const all = [...paths];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    await Promise.all(all.slice(at, at + AT_ONCE).map(syncFolder));
  }
}

async function syncFolder(path: string): Promise<void> {
  try {
    using folder = await Deno.open(path);
    await folder.sync();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw storeError(`sync folder "${path}"`, cause);
  }
}
