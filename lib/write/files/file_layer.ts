/**
 * What a store needs of a file system, so that a test can put one in its place that fails, tears and
 * stops. Whatever is refused is an exception, as the runtime throws it.
 */
export interface FileLayer {
  /** Makes the folder if need be and has it for this process alone. @param words That of a collector's store by default. */
  lock(folder: string, words?: LockWords): Promise<LockedFolder>;
  /** Makes a folder and those around it, for their owner only, unless they are there. */
  makeFolder(path: string): Promise<void>;
  /** Opens a file; one that is made is for its owner only. */
  open(path: string, mode: OpenMode): Promise<LayerFile>;
  /** What is at that path, or where a link there leads; undefined when nothing is. */
  stat(path: string): Promise<FileStat | undefined>;
  /** The names in a folder; none when it does not exist. */
  readFolder(path: string): Promise<string[]>;
  /** The names of the folders in a folder, links to folders too. */
  readFolders(path: string): Promise<string[]>;
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

/** What is at a path: only a file can be opened without waiting for somebody else. */
export type PathKind = "file" | "folder" | "link that leads nowhere" | "pipe or device";

/** What tells a file from all others, and its length. */
export interface FileStat {
  readonly kind: PathKind;
  readonly size: number;
  readonly dev: number;
  readonly ino: number | null;
}

/** How errors speak of the use of a folder. */
export interface LockWords {
  /** What was tried, as in `store in` that folder. */
  readonly attempt: string;
  /** What is the case when somebody else has it, and what is wanted. */
  readonly isTaken: string;
}

/** A folder that this process has for itself until it is disposed of. */
export interface LockedFolder extends Disposable {
  /** Whether names there that differ only in capital letters are the same. */
  readonly foldsCase: boolean;
}
