import { FolderLock } from "./folder_lock_io.ts";

/**
 * What a store needs of a file system, so that a test can put one in its place that fails, tears and
 * stops. Whatever is refused is an exception, as the runtime throws it.
 */
export interface FileLayer {
  /** Makes the folder if need be and has it for this process alone. */
  lock(folder: string): Promise<LockedFolder>;
  /** Makes a folder and those around it, for their owner only, unless they are there. */
  makeFolder(path: string): Promise<void>;
  /** Opens a file; one that is made is for its owner only. */
  open(path: string, mode: OpenMode): Promise<LayerFile>;
  /** What is at that path; undefined when nothing is. */
  stat(path: string): Promise<FileStat | undefined>;
  /** The names in a folder; none when it does not exist. */
  readFolder(path: string): Promise<string[]>;
  /** Gives a file another name; a file that has it already is replaced. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** `update`: it must exist; `create`: it must not; `replace`: what it held is gone. */
export type OpenMode = "read" | "update" | "create" | "replace";

/** An open file. Reads and writes may do less than they were asked for. */
export interface LayerFile {
  /** Reads from a position on; null at the end of the file. */
  read(into: Uint8Array, at: number): Promise<number | null>;
  /** Writes at a position; says how many bytes it took. */
  write(bytes: Uint8Array, at: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Makes content and length durable. */
  syncData(): Promise<void>;
  /** Makes all of the file durable, but not its name. */
  sync(): Promise<void>;
  stat(): Promise<FileStat>;
  close(): void;
}

/** What tells a file from all others, and its length. */
export interface FileStat {
  readonly size: number;
  readonly dev: number;
  readonly ino: number | null;
}

/** A folder that this process has for itself until it is disposed of. */
export interface LockedFolder extends Disposable {
  /** Whether names there that differ only in capital letters are the same. */
  readonly foldsCase: boolean;
}

/** The file system that the runtime has. */
export const DENO_FILES: FileLayer = {
  lock: (folder) => FolderLock.acquire(folder),
  makeFolder: (path) => Deno.mkdir(path, { recursive: true, mode: 0o700 }),
  open: async (path, mode) => new DenoFile(await Deno.open(path, OPEN_OPTIONS[mode])),
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path),
  async stat(path) {
    try {
      return await Deno.stat(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  },
  async readFolder(path) {
    const names: string[] = [];
    try {
      for await (const { name } of Deno.readDir(path)) names.push(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return names;
  },
  async syncFolder(path) {
    if (Deno.build.os === "windows") return; // folders cannot be opened there
    using folder = await Deno.open(path);
    await folder.sync();
  },
};

const OPEN_OPTIONS: Readonly<Record<OpenMode, Deno.OpenOptions>> = {
  read: { read: true },
  update: { read: true, write: true },
  create: { read: true, write: true, createNew: true, mode: 0o600 },
  replace: { read: true, write: true, create: true, truncate: true, mode: 0o600 },
};

class DenoFile implements LayerFile {
  readonly #file: Deno.FsFile;
  /** Where the runtime stands in the file. */
  #at = 0;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  async read(into: Uint8Array, at: number): Promise<number | null> {
    await this.#seek(at);
    const length = await this.#file.read(into);
    this.#at = at + (length ?? 0);
    return length;
  }

  async write(bytes: Uint8Array, at: number): Promise<number> {
    await this.#seek(at);
    const length = await this.#file.write(bytes);
    this.#at = at + length;
    return length;
  }

  async #seek(at: number): Promise<void> {
    if (at !== this.#at) await this.#file.seek(at, Deno.SeekMode.Start);
    this.#at = NaN; // unknown until what follows has succeeded
  }

  truncate(length: number): Promise<void> {
    return this.#file.truncate(length);
  }

  syncData(): Promise<void> {
    return this.#file.syncData();
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  stat(): Promise<FileStat> {
    return this.#file.stat();
  }

  close(): void {
    this.#file.close();
  }
}
