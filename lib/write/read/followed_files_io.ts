import { messageOf, StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
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

/** Which files of a type are read besides the one that is named. */
export interface FileRange {
  /** Those that were rotated before, too, from the oldest on. */
  readonly fromOldest?: boolean;
  /** Those that will be written, too, and the first when there is none yet. */
  readonly follow?: boolean;
}

/**
 * The record files of one type in the order in which they were written: if wanted, those that have
 * been rotated; the file at `path`, or when it has been rotated meanwhile, those that were rotated
 * after it, then the one that is at `path` by then. A file whose name is none that our store appends
 * to has no others.
 */
export class FollowedFiles {
  readonly #path: string;
  readonly #folder: string;
  #fromOldest: boolean;
  readonly #follow: boolean;
  /** Undefined when no others are to be looked for. */
  readonly #type?: string;
  /** Name of the newest rotated file that is no newer than the one that is read. */
  #newest = "";
  /** Whether that one is the one that is read. */
  #isAtRotated = false;

  constructor(path: string, { fromOldest = false, follow = false }: FileRange = {}) {
    this.#path = path;
    this.#fromOldest = fromOldest;
    this.#follow = follow;
    const nameAt = path.lastIndexOf("/") + 1;
    this.#folder = path.slice(0, nameAt) || "./";
    const parsed = parseFileName(path.slice(nameAt));
    if ((fromOldest || follow) && parsed?.kind === "live") this.#type = parsed.type;
  }

  /**
   * Opens the first file: the one at the path, or the oldest; when they are followed, once it is
   * there. A later call opens the one at the path anew.
   *
   * @returns Undefined when `signal` aborts before, or when all files have been deleted since
   * somebody saw that there are some.
   * @throws {StoreError} "read-failed"
   */
  async first(signal?: AbortSignal): Promise<FollowedFile | undefined> {
    while (!signal?.aborted) {
      if (this.#fromOldest) {
        const oldest = await this.#open(undefined, await openIfThere(this.#path));
        this.#fromOldest = oldest === undefined;
        if (oldest !== undefined || !this.#follow) return oldest;
      } else {
        // Listed before: what is rotated from now on is this file, or newer.
        this.#newest = (await this.#rotated()).at(-1) ?? "";
        const file = await (this.#follow ? openIfThere(this.#path) : openFile(this.#path));
        if (file !== undefined) return { path: this.#path, file, isRotated: false };
      }
      await rest(POLL_MS, signal);
    }
    return undefined;
  }

  /**
   * Opens the file that was written after `file`, waiting until there is one if they are followed;
   * undefined when there is none, or `signal` aborts before.
   *
   * @throws {StoreError} "read-failed"
   */
  async after(file: Deno.FsFile, signal?: AbortSignal): Promise<FollowedFile | undefined> {
    while (!signal?.aborted) {
      const next = await this.#open(file, await openIfThere(this.#path));
      if (next !== undefined || !this.#follow) return next;
      await rest(POLL_MS, signal);
    }
    return undefined;
  }

  /**
   * The file behind `file`, or the oldest.
   *
   * @param live The file at the path, opened before the names are listed: if it is rotated in
   * between, its new name is among them.
   */
  async #open(
    file: Deno.FsFile | undefined,
    live: Deno.FsFile | undefined,
  ): Promise<FollowedFile | undefined> {
    let isLost = false;
    try {
      const names = (await this.#rotated()).filter((name) => name >= this.#newest);
      const at = file && await this.#indexOf(file, names);
      // Where a rotated file stood among the others its name tells, though it be gone.
      isLost = file !== undefined && at === undefined && !this.#isAtRotated;
      const newer = at === undefined
        ? names.filter((name) => name > this.#newest)
        : names.slice(at + 1);
      this.#newest = names.at(-1) ?? this.#newest;
      for (const name of newer) {
        const opened = await openIfThere(this.#folder + name); // it may have been deleted since
        if (opened === undefined) continue;
        live?.close();
        this.#newest = name;
        return this.#opened(this.#folder + name, opened, true, isLost);
      }
    } catch (error) {
      live?.close();
      throw error;
    }
    return live && this.#opened(this.#path, live, false, isLost);
  }

  #opened(path: string, file: Deno.FsFile, isRotated: boolean, isLost: boolean): FollowedFile {
    this.#isAtRotated = isRotated;
    const name = path.slice(path.lastIndexOf("/") + 1);
    return {
      path,
      file,
      isRotated,
      problem: isLost
        ? `the file that was read is gone; going on with "${name}", records before it may be missing`
        : undefined,
    };
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
    const what = specialFile(await Deno.stat(path));
    if (what !== undefined) throw notAFile(path, what);
    return await Deno.open(path);
  } catch (cause) {
    throw cause instanceof StoreError ? cause : readError(path, cause);
  }
}

/** What it is that is no ordinary file: to open or to read it may stand the program still. */
export function specialFile(stat: Deno.FileInfo): string | undefined {
  if (stat.isDirectory) return "a folder";
  if (stat.isFifo) return "a pipe";
  if (stat.isCharDevice || stat.isBlockDevice) return "a device";
  return stat.isSocket ? "a socket" : undefined;
}

/** Says that only standard input may be what no ordinary file is. */
export function notAFile(path: string, what: string): StoreError {
  return new StoreError(
    "read-failed",
    `Cannot read record file "${path}": it is ${what}; wanted a file, or - for standard input`,
  );
}

/** Says why a file cannot be read. */
export function readError(path: string, cause: unknown): StoreError {
  return new StoreError("read-failed", `Cannot read record file "${path}": ${messageOf(cause)}`, {
    cause,
  });
}
