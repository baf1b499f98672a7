/**
 * A disk in memory that counts what is done to it and can stop, tear or refuse at any step. It
 * remembers apart what has been synced: a power cut may take the rest, or parts of it.
 */
import type {
  FileLayer,
  FileStat,
  LayerFile,
  LockedFolder,
  OpenMode,
} from "../../../lib/write/files/file_layer.ts";

/** What happens at a step: the process ends before, after or amid it, or it is refused. */
export type Fault = "before" | "after" | "half" | "ENOSPC" | "EIO";

/** Smallest part of a file that a power cut takes or leaves: small, since test files are. */
const PAGE_BYTES = 64;

interface Inode {
  readonly ino: number;
  bytes: Uint8Array;
  synced: Uint8Array;
}

/** A change of the names in a folder. */
type NameChange = (names: Map<string, Inode>) => void;

interface Folder {
  readonly names: Map<string, Inode>;
  readonly syncedNames: Map<string, Inode>;
  /** Changes that are not synced, in order. */
  changes: NameChange[];
  /** Whether its own name is synced. */
  isSynced: boolean;
}

/** Thrown by all that is done after the process has ended. */
export class Ended extends Error {}

export class MemoryDisk implements FileLayer {
  #folders = new Map<string, Folder>();
  #nextIno = 1;
  /** What has been done that changes or syncs something. */
  readonly steps: string[] = [];
  /** Told of each step by its number before it is done; may answer with a fault. */
  faultAt: (step: number, what: string) => Fault | undefined = () => undefined;
  /** Files that are open. */
  open_ = 0;
  #hasEnded = false;
  readonly #end = Promise.withResolvers<never>();

  constructor() {
    this.#end.promise.catch(() => {});
  }

  /** Whether the process has ended at a step. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Waits for something that a process that has ended would never see. */
  alive<T>(something: Promise<T>): Promise<T> {
    return Promise.race([something, this.#end.promise]);
  }

  /** The files by path. */
  get files(): Map<string, Uint8Array> {
    const files = new Map<string, Uint8Array>();
    for (const [path, { names }] of this.#folders) {
      for (const [name, { bytes }] of names) files.set(`${path}/${name}`, bytes);
    }
    return files;
  }

  /** Puts a file there, synced. */
  put(path: string, bytes: Uint8Array): void {
    const [folderPath, name] = split(path);
    const folder = this.#folders.get(folderPath) ?? emptyFolder(true);
    this.#folders.set(folderPath, folder);
    const inode = { ino: this.#nextIno++, bytes: bytes.slice(), synced: bytes.slice() };
    folder.names.set(name, inode);
    folder.syncedNames.set(name, inode);
  }

  /** What a killed process leaves: all that it did, but no more of it is synced. Ends this disk. */
  afterKill(): MemoryDisk {
    const left = new MemoryDisk();
    left.#folders = this.#folders;
    left.#nextIno = this.#nextIno;
    this.#folders = new Map();
    return left;
  }

  /** What a power cut leaves: what was synced, and of the rest what `random` (0 to 1) has it. */
  afterPowerCut(random: () => number): MemoryDisk {
    const keptNames = new Map<Folder, Map<string, Inode>>();
    for (const folder of this.#folders.values()) {
      const names = new Map(folder.syncedNames);
      // A journal keeps changes in their order, up to any of them; not all disks have one.
      const kept = Math.floor(random() * (folder.changes.length + 1));
      const isOrdered = random() < 0.5;
      for (const [n, change] of folder.changes.entries()) {
        if (isOrdered ? n < kept : random() < 0.5) change(names);
      }
      keptNames.set(folder, names);
    }
    const left = new MemoryDisk();
    const lost = new Set<string>();
    for (const [path, folder] of this.#folders) { // those around a folder come before it
      if (lost.has(split(path)[0]) || (!folder.isSynced && random() < 0.5)) {
        lost.add(path);
        continue;
      }
      left.#folders.set(path, emptyFolder(true));
      for (const [name, { bytes, synced }] of keptNames.get(folder)!) {
        left.put(`${path}/${name}`, torn(bytes, synced, random));
      }
    }
    return left;
  }

  /** Does a step, or what a fault makes of it. */
  async #step(what: string, act: () => void, half: () => void = () => {}): Promise<void> {
    await Promise.resolve();
    if (this.#hasEnded) throw new Ended("the process has ended");
    const fault = this.faultAt(this.steps.length, what);
    this.steps.push(what);
    if (fault === undefined) return act();
    if (fault === "ENOSPC" || fault === "EIO") {
      half();
      throw Object.assign(new Error(`${fault} by the test`), { code: fault });
    }
    if (fault === "after") act();
    if (fault === "half") half();
    this.#hasEnded = true;
    const end = new Ended("the process ends");
    this.#end.reject(end);
    throw end;
  }

  #alive(): void {
    if (this.#hasEnded) throw new Ended("the process has ended");
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path);
    if (!folder) throw new Deno.errors.NotFound(`no folder "${path}"`);
    return folder;
  }

  #change(folder: Folder, change: NameChange): void {
    change(folder.names);
    folder.changes.push(change);
  }

  lock(folder: string): Promise<LockedFolder> {
    if (!this.#folders.has(folder)) this.#folders.set(folder, emptyFolder(true));
    return Promise.resolve({ foldsCase: false, [Symbol.dispose]() {} });
  }

  async makeFolder(path: string): Promise<void> {
    this.#alive();
    if (this.#folders.has(path)) return;
    await this.#step(`makeFolder ${path}`, () => this.#folders.set(path, emptyFolder(false)));
  }

  async open(path: string, mode: OpenMode): Promise<LayerFile> {
    this.#alive();
    const [folderPath, name] = split(path);
    const folder = this.#folder(folderPath);
    let inode = folder.names.get(name);
    if (mode === "read" || mode === "update") {
      if (!inode) throw new Deno.errors.NotFound(`no file "${path}"`);
    } else if (inode && mode === "create") {
      throw new Deno.errors.AlreadyExists(`there is a file "${path}"`);
    } else {
      await this.#step(`open ${mode} ${path}`, () => {
        if (inode) {
          inode.bytes = new Uint8Array(0);
          return;
        }
        const made = { ino: this.#nextIno++, bytes: new Uint8Array(0), synced: new Uint8Array(0) };
        inode = made;
        this.#change(folder, (names) => names.set(name, made));
      });
    }
    return this.#fileOf(path, inode!);
  }

  #fileOf(path: string, inode: Inode): LayerFile {
    this.open_++;
    const write = (bytes: Uint8Array, at: number) => {
      const grown = new Uint8Array(Math.max(inode.bytes.length, at + bytes.length));
      grown.set(inode.bytes);
      grown.set(bytes, at);
      inode.bytes = grown;
    };
    const sync = (what: string) =>
      this.#step(`${what} ${path}`, () => {
        inode.synced = inode.bytes.slice();
      });
    return {
      read: (into, at) => {
        this.#alive();
        const bytes = inode.bytes.subarray(at, at + into.length);
        into.set(bytes);
        return Promise.resolve(bytes.length > 0 ? bytes.length : null);
      },
      write: async (bytes, at) => {
        // A nearly full disk takes what fits and says so; only the next write fails.
        const taken = bytes.length > 300 ? bytes.length >> 1 : bytes.length;
        const half = bytes.subarray(0, taken >> 1);
        await this.#step(
          `write ${path}`,
          () => write(bytes.subarray(0, taken), at),
          () => write(half, at),
        );
        return taken;
      },
      truncate: (length) =>
        this.#step(`truncate ${path}`, () => {
          inode.bytes = inode.bytes.slice(0, length);
        }),
      syncData: () => sync("syncData"),
      sync: () => sync("sync"),
      stat: () => Promise.resolve(statOf(inode)),
      close: () => {
        this.open_--;
      },
    };
  }

  stat(path: string): Promise<FileStat | undefined> {
    this.#alive();
    const [folder, name] = split(path);
    const inode = this.#folders.get(folder)?.names.get(name);
    const isFolder = path === "/" || this.#folders.has(path);
    const ofFolder = { kind: "folder", size: 0, dev: 1, ino: null } as const;
    return Promise.resolve(isFolder ? ofFolder : inode && statOf(inode));
  }

  readFolder(path: string): Promise<string[]> {
    this.#alive();
    return Promise.resolve([...this.#folders.get(path)?.names.keys() ?? []]);
  }

  /** The folders in a folder. */
  readFolders(path: string): Promise<string[]> {
    this.#alive();
    const below = [...this.#folders.keys()].filter((folder) => split(folder)[0] === path);
    return Promise.resolve(below.map((folder) => split(folder)[1]));
  }

  async rename(from: string, to: string): Promise<void> {
    const [folderPath, name] = split(from);
    const [toFolder, toName] = split(to);
    if (folderPath !== toFolder) throw new Error("files stay in their folder");
    const folder = this.#folder(folderPath);
    const inode = folder.names.get(name);
    if (!inode) throw new Deno.errors.NotFound(`no file "${from}"`);
    await this.#step(`rename ${from} ${to}`, () =>
      this.#change(folder, (names) => {
        names.delete(name);
        names.set(toName, inode);
      }));
  }

  async remove(path: string): Promise<void> {
    const [folderPath, name] = split(path);
    const folder = this.#folder(folderPath);
    if (!folder.names.has(name)) throw new Deno.errors.NotFound(`no file "${path}"`);
    await this.#step(
      `remove ${path}`,
      () => this.#change(folder, (names) => names.delete(name)),
    );
  }

  async syncFolder(path: string): Promise<void> {
    if (path === "/") return; // what is in it is there from the beginning
    const folder = this.#folder(path);
    await this.#step(`syncFolder ${path}`, () => {
      for (const change of folder.changes) change(folder.syncedNames);
      folder.changes = [];
      for (const [below, { isSynced }] of this.#folders) {
        if (!isSynced && split(below)[0] === path) this.#folders.get(below)!.isSynced = true;
      }
    });
  }
}

function emptyFolder(isSynced: boolean): Folder {
  return { names: new Map(), syncedNames: new Map(), changes: [], isSynced };
}

function split(path: string): [folder: string, name: string] {
  const at = path.lastIndexOf("/");
  return [path.slice(0, at), path.slice(at + 1)];
}

function statOf({ ino, bytes }: Inode): FileStat {
  return { kind: "file", size: bytes.length, dev: 1, ino };
}

/** Each page is the one that was synced or the one that was not; the length is any between. */
function torn(bytes: Uint8Array, synced: Uint8Array, random: () => number): Uint8Array {
  const lengths = [synced.length, bytes.length];
  lengths.push(Math.floor(lengths[0]! + random() * (lengths[1]! - lengths[0]!)));
  const left = new Uint8Array(lengths[Math.floor(random() * lengths.length)]!);
  for (let at = 0; at < left.length; at += PAGE_BYTES) {
    const from = random() < 0.5 ? bytes : synced;
    left.set(from.subarray(at, Math.min(at + PAGE_BYTES, left.length)), at);
  }
  return left;
}
