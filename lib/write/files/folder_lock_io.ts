import { StoreError } from "../../base/errors.ts";
import { exists } from "../../base/exists_io.ts";
import type { LockWords } from "./file_layer.ts";
import { parentOf } from "./parent_of.ts";
import { storeError } from "./store_error.ts";

const STORE_WORDS: LockWords = {
  attempt: "store in",
  isTaken: "another collector does; end it or choose another folder",
};

/** A folder that one process has for itself, by a lock on its file `.lock` that ends with the process. */
export class FolderLock implements Disposable {
  readonly #file: Deno.FsFile;
  /** Whether names there that differ only in capital letters are the same. */
  readonly foldsCase: boolean;

  private constructor(file: Deno.FsFile, foldsCase: boolean) {
    this.#file = file;
    this.foldsCase = foldsCase;
  }

  /**
   * Makes the folder if need be and locks it.
   *
   * @throws StoreError `locked` when somebody else has it.
   */
  static async acquire(folder: string, words: LockWords = STORE_WORDS): Promise<FolderLock> {
    const attempt = `${words.attempt} "${folder}"`;
    let file: Deno.FsFile | undefined;
    try {
      await makeDurableFolder(folder);
      await requireFile(`${folder}/.lock`);
      file = await Deno.open(`${folder}/.lock`, { create: true, write: true, mode: 0o600 });
      if (!await file.tryLock(true)) {
        throw new StoreError("locked", `Cannot ${attempt}: ${words.isTaken}`);
      }
      return new FolderLock(file, await exists(`${folder}/.LOCK`));
    } catch (cause) {
      file?.close();
      const isNoFolder = cause instanceof Deno.errors.AlreadyExists;
      throw storeError(attempt, isNoFolder ? "it is no folder" : cause);
    }
  }

  /** Unlocks the folder. The file stays: another process may have opened it by now. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** To open a pipe waits until somebody reads from it. @throws Error When there is something else than a file. */
async function requireFile(path: string): Promise<void> {
  try {
    if ((await Deno.stat(path)).isFile) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new TypeError(`"${path}" is a folder, a pipe or a device; wanted: a file, or nothing`);
}

/** Makes a folder and those around it; the names of new ones are on disk when this returns. */
async function makeDurableFolder(folder: string): Promise<void> {
  const parents: string[] = [];
  for (let path = folder; path !== parentOf(path) && !await exists(path);) {
    path = parentOf(path);
    parents.push(path);
  }
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  if (Deno.build.os === "windows") return; // folders cannot be opened there
  for (const path of parents) {
    using parent = await Deno.open(path);
    await parent.sync();
  }
}
