/** A folder into which somebody else rotates captures. */
export interface WatchOptions {
  /** Its path. */
  readonly folder: string;
  /** Where it is remembered what has been read. */
  readonly stateFile: string;
}

/** What has been read of a file in a watched folder. */
export interface WatchedFile {
  readonly name: string;
  /** What it was when it was read; a file that is otherwise now has changed since. */
  readonly size: number;
  readonly changedMs: number;
  /** What it began with, and the SHA-256 of that in hex. */
  readonly prefixBytes: number;
  readonly digest: string;
  /** Packets from its beginning that have been read. */
  readonly packets: number;
}

/** A file as it is found. */
export interface FoundFile {
  readonly size: number;
  readonly changedMs: number;
}

/** A file that has not changed for so long is read. */
const QUIET_MS = 2_000;
/** Each time that it grew after that the wait is twice as long, up to here. */
const MAX_QUIET_MS = 60_000;
/** Files that are remembered when they are no longer in the folder, the newest. */
const MAX_GONE = 1_000;

/**
 * Which files of a folder are to be read when, so that each packet is read once: a file that does not
 * change any more, from where reading it ended.
 */
export class WatchedFiles {
  /** In the order of reading. */
  readonly #read = new Map<string, WatchedFile>();
  readonly #timesRead = new Map<string, number>();
  readonly #waiting = new Map<string, FoundFile & { readonly sinceMs: number }>();

  constructor(read: Iterable<WatchedFile> = []) {
    for (const file of read) this.#read.set(file.name, file);
  }

  /**
   * The files that are to be read now.
   *
   * @param nowMs By a clock that does not go back.
   */
  due(found: ReadonlyMap<string, FoundFile>, nowMs: number): string[] {
    for (const name of this.#waiting.keys()) if (!found.has(name)) this.#waiting.delete(name);
    return [...found].flatMap(([name, file]) => {
      const read = this.#read.get(name);
      if (file.size === 0 || (read && isSame(read, file))) return [];
      const waiting = this.#waiting.get(name);
      if (!waiting || !isSame(waiting, file)) {
        this.#waiting.set(name, { ...file, sinceMs: nowMs });
        return [];
      }
      const quietMs = QUIET_MS * 2 ** (this.#timesRead.get(name) ?? 0);
      return nowMs - waiting.sinceMs >= Math.min(quietMs, MAX_QUIET_MS) ? [name] : [];
    });
  }

  /**
   * What may have been read of a file: its own, or, since captures are compressed when they are full,
   * that of one of the same name but for `.gz`. Whether it begins the same is for the caller to see.
   */
  mayContinue(name: string): WatchedFile[] {
    const stem = stemOf(name);
    return [...this.#read.values()].filter((file) => stemOf(file.name) === stem);
  }

  /** Notes what has been read. `isNew` files are waited for as if for the first time. */
  note(file: WatchedFile, isNew: boolean, found: ReadonlyMap<string, FoundFile>): void {
    this.#waiting.delete(file.name);
    this.#timesRead.set(file.name, isNew ? 1 : (this.#timesRead.get(file.name) ?? 0) + 1);
    this.#read.delete(file.name);
    this.#read.set(file.name, file);
    const gone = [...this.#read.keys()].filter((name) => !found.has(name));
    for (const name of gone.slice(0, -MAX_GONE)) {
      this.#read.delete(name);
      this.#timesRead.delete(name);
    }
  }

  /** What has been read, to be remembered. */
  get files(): readonly WatchedFile[] {
    return [...this.#read.values()];
  }
}

function isSame(a: FoundFile, b: FoundFile): boolean {
  return a.size === b.size && a.changedMs === b.changedMs;
}

function stemOf(name: string): string {
  return name.replace(/\.gz$/, "");
}

/** The text of a state file: a line of JSON for each file. */
export function encodeWatched(files: readonly WatchedFile[]): string {
  return files.map((file) => `${JSON.stringify(file)}\n`).join("");
}

/** Reads {@linkcode encodeWatched}; undefined when it is something else. */
export function parseWatched(text: string): WatchedFile[] | undefined {
  try {
    const files = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    return files.every(isWatchedFile) ? files : undefined;
  } catch {
    return undefined;
  }
}

function isWatchedFile(value: unknown): value is WatchedFile {
  const file = value as WatchedFile | null;
  const numbers = [file?.size, file?.changedMs, file?.prefixBytes, file?.packets];
  return typeof file?.name === "string" && typeof file.digest === "string" &&
    numbers.every((number) => typeof number === "number");
}
