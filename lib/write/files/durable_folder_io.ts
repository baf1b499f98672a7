import type { FileLayer } from "./file_layer.ts";
import { parentOf } from "./parent_of.ts";

/**
 * Makes a folder and those around it that are not there; the names of all of them are durable when this
 * returns, also of one that an earlier try made and could not sync any more.
 */
export async function makeDurableFolder(layer: FileLayer, folder: string): Promise<void> {
  const missing: string[] = [];
  let path = folder;
  while (path !== parentOf(path) && await layer.stat(path) === undefined) {
    missing.unshift(path);
    path = parentOf(path);
  }
  if (path !== parentOf(path)) await layer.syncFolder(parentOf(path));
  for (const made of missing) {
    await layer.makeFolder(made);
    await layer.syncFolder(parentOf(made));
  }
}
