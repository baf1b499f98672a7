import type { FileLayer, FileStat, LayerFile, OpenMode } from "./file_layer.ts";
import { FolderLock } from "./folder_lock_io.ts";

/** The file system that the runtime has. */
export const DENO_FILES: FileLayer = {
  lock: (folder, words) => FolderLock.acquire(folder, words),
  makeFolder: (path) => Deno.mkdir(path, { recursive: true, mode: 0o700 }),
  open: async (path, mode) => new DenoFile(await Deno.open(path, OPEN_OPTIONS[mode])),
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path),
  async stat(path) {
    try {
      return statOf(await Deno.stat(path));
    } catch (error) {
      const isLink = error instanceof Deno.errors.FilesystemLoop;
      if (!isLink && !(error instanceof Deno.errors.NotFound)) throw error;
    }
    try {
      const found = await Deno.lstat(path);
      // Where it is none, the path was given a file meanwhile.
      return found.isSymlink ? { ...found, kind: "link that leads nowhere" } : statOf(found);
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
  async readFolders(path) {
    const names: string[] = [];
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
      if (isDirectory || (isSymlink && await leadsToFolder(`${path}/${name}`))) names.push(name);
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

function statOf(info: Deno.FileInfo): FileStat {
  const { size, dev, ino, isFile, isDirectory } = info;
  return { size, dev, ino, kind: isFile ? "file" : isDirectory ? "folder" : "pipe or device" };
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await Deno.stat(link)).isDirectory;
  } catch {
    return false; // it leads nowhere
  }
}

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

  async stat(): Promise<FileStat> {
    return statOf(await this.#file.stat());
  }

  close(): void {
    this.#file.close();
  }
}
