import { messageOf, StoreError } from "../../base/errors.ts";
import { rest } from "../../base/rest_io.ts";
import { parseFileName } from "../files/file_names.ts";

/** A file that has been opened to be read from its beginning. */
export interface FollowedFile {
  readonly path: string;
  readonly file: Deno.FsFile;
  /** Whether it has got its last name, and no more will come. */
  readonly isRotated: boolean;
  /** Why records may be missing before it, or come again. */
  readonly problem?: string;
}

/** How often whoever follows looks for more. */
export const POLL_MS = 200;

/**
 * The record files of one type in the order in which they were written: when the file at `path` has
 * been rotated, those that were rotated after it, then the one that is at `path` by then. A file
 * whose name is none that our store appends to has no others.
 */
export class FollowedFiles {
  readonly #path: string;
  readonly #folder: string;
  /** Undefined when no others are to be looked for. */
  readonly #type?: string;
  /** Name of the newest rotated file that is no newer than the one that is read. */
  #newest = "";

  /** @param follows Whether {@linkcode after} will be called: else the folder is left alone. */
  constructor(path: string, follows: boolean) {
    this.#path = path;
    const nameAt = path.lastIndexOf("/") + 1;
    this.#folder = path.slice(0, nameAt) || "../";
    const parsed = parseFileName(path.slice(nameAt));
    if (follows && parsed?.kind === "live") this.#type = parsed.type;
  }

  /**
   * Opens the file at the path.
   *
   * @throws {StoreError} "read-failed"
   */
  async first(): Promise<FollowedFile> {
    // Listed before: what is rotated from now on is this file, or newer.
    this.#newest = (await this.#rotated()).at(-1) ?? "";
    return { path: this.#path, file: await openFile(this.#path), isRotated: false };
  }

  /**
   * Opens the file that was written after `file`, waiting until there is one; undefined when
   * `signal` aborts before.
   *
   * @throws {StoreError} "read-failed"
   */
  async after(file: Deno.FsFile, signal?: AbortSignal): Promise<FollowedFile | undefined> {
    while (!signal?.aborted) {
      // Opened before the names are listed: if it is rotated in between, its new name is among them.
      const live = await openIfThere(this.#path);
      const names = (await this.#rotated()).filter((name) => name >= this.#newest);
      const at = await this.#indexOf(file, names);
      const next = at === undefined ? names.find((name) => name > this.#newest) : names[at + 1];
      const problem = (name: string) =>
        at === undefined
          ? `the file that was read is gone; going on with "${name}", records before it may be missing`
          : undefined;
      this.#newest = next ?? names.at(-1) ?? this.#newest;
      if (next !== undefined) {
        live?.close();
        const path = this.#folder + next;
        const opened = await openIfThere(path);
        if (opened) return { path, file: opened, isRotated: true, problem: problem(next) };
      } else if (live) {
        const name = this.#path.slice(this.#path.lastIndexOf("/") + 1);
        return { path: this.#path, file: live, isRotated: false, problem: problem(name) };
      } else {
        await rest(POLL_MS, signal);
      }
    }
    return undefined;
  }

  /** Names of the type's rotated files, oldest first; none where the folder may not be listed. */
  async #rotated(): Promise<string[]> {
    const names: string[] = [];
    if (this.#type === undefined) return names;
    try {
      for await (const { name } of Deno.readDir(this.#folder)) {
        const parsed = parseFileName(name);
        if (parsed?.kind === "rotated" && parsed.type === this.#type) names.push(name);
      }
    } catch {
      return [];
    }
    return names.sort();
  }

  async #indexOf(file: Deno.FsFile, names: readonly string[]): Promise<number | undefined> {
    const { dev, ino } = await file.stat();
    for (const [index, name] of names.entries()) {
      const named = await Deno.stat(this.#folder + name).catch(() => undefined);
      if (named?.dev === dev && named.ino === ino) return index;
    }
    return undefined;
  }
}

async function openIfThere(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await openFile(path);
  } catch (error) {
    if (error instanceof StoreError && error.cause instanceof Deno.errors.NotFound) {
      return undefined;
    }
    throw error;
  }
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** Says why a file cannot be read. */
export function readError(path: string, cause: unknown): StoreError {
  const why = cause instanceof Deno.errors.NotFound
    ? "it does not exist"
    : cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable
    ? "reading it is not permitted"
    : messageOf(cause);
  return new StoreError("read-failed", `Cannot read record file "${path}": ${why}`, { cause });
}
