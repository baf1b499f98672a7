import { lchown } from "node:fs/promises";
import { exists } from "../../base/exists_io.ts";
import { DENO_FILES } from "./deno_files_io.ts";
import type { FileLayer } from "./file_layer.ts";
import { parentOf } from "./parent_of.ts";

/**
 * The runtime's file system for who does something to another's folder: what root makes there belongs to
 * whom the folder around it belongs, or that one could not read it.
 */
export async function filesOfOwner(): Promise<FileLayer> {
  const { state } = await Deno.permissions.query({ name: "sys", kind: "uid" });
  return state === "granted" && Deno.uid() === 0 ? OF_OWNER : DENO_FILES;
}

const OF_OWNER: FileLayer = {
  ...DENO_FILES,
  async lock(folder, words) {
    const missing = await missingFolders(folder);
    const lock = await DENO_FILES.lock(folder, words);
    for (const path of [...missing, `${folder}/.lock`]) await giveToOwner(path);
    return lock;
  },
  async makeFolder(path) {
    const missing = await missingFolders(path);
    await DENO_FILES.makeFolder(path);
    for (const each of missing) await giveToOwner(each);
  },
  async open(path, mode) {
    if (mode === "read" || mode === "update") return await DENO_FILES.open(path, mode);
    if (mode === "replace") await removeIfThere(path);
    const file = await DENO_FILES.open(path, "create");
    await giveToOwner(path);
    return file;
  },
};

/** Those around a folder, and itself, that are not there, the outermost first. */
async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let path = folder; path !== parentOf(path) && !await exists(path); path = parentOf(path)) {
    missing.unshift(path);
  }
  return missing;
}

/** What the owner has put there may be a link to what is root's: it is removed, never written through. */
async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Not where a link leads, as `Deno.chown` does. */
async function giveToOwner(path: string): Promise<void> {
  const { uid, gid } = await Deno.stat(parentOf(path));
  await lchown(path, uid!, gid!);
}
