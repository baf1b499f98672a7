import type { FileLayer } from "./file_layer.ts";
import { parentOf } from "./parent_of.ts";
import { writeAll } from "./set_aside_io.ts";
import { orSyncError } from "./store_error.ts";

/** Behind the name of one that is being written. */
export const NEW = ".new";
/** No file that is read here is longer. */
const MAX_BYTES = 64 << 20;

/** The text of a file; undefined when there is none. */
export async function readSmallFile(layer: FileLayer, path: string): Promise<string | undefined> {
  const stat = await layer.stat(path);
  if (stat === undefined) return undefined;
  if (stat.kind !== "file") throw new TypeError(`"${path}" is a ${stat.kind}; wanted: a file`);
  if (stat.size > MAX_BYTES) throw new TypeError(`"${path}" has ${stat.size} bytes: too many`);
  const file = await layer.open(path, "read");
  try {
    const bytes = new Uint8Array(stat.size);
    let at = 0;
    while (at < bytes.length) {
      const read = await file.read(bytes.subarray(at), at);
      if (read === null) break;
      at += read;
    }
    return new TextDecoder().decode(bytes.subarray(0, at));
  } finally {
    file.close();
  }
}

/**
 * Writes a file for its owner only so that there is, whatever happens, what was there or the whole text,
 * and the text for good when this returns.
 */
export async function replaceSmallFile(
  layer: FileLayer,
  path: string,
  text: string,
): Promise<void> {
  const begun = path + NEW;
  const file = await layer.open(begun, "replace");
  try {
    await writeAll(file, new TextEncoder().encode(text), 0);
    await orSyncError(begun, file.sync());
  } finally {
    file.close();
  }
  await layer.rename(begun, path);
  const folder = parentOf(path);
  await orSyncError(folder, layer.syncFolder(folder));
}
