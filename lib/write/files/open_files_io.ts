import type { FileLayer } from "./file_layer.ts";
import { RecordFile } from "./record_file_io.ts";
import type { StoreClock } from "./store_clock.ts";
import { storeError } from "./store_error.ts";

/** What is remembered of a closed file. */
interface Known {
  readonly length: number;
  /** When it was begun, by the monotonic clock, if this process has had it open. */
  readonly begunMs?: number;
}

/** Closed files whose length is remembered: about 3 MB. */
const MAX_KNOWN_FILES = 16_384;

/** The record files that are open, few enough for the process; they are closed and opened again as needed. */
export class OpenFiles {
  readonly #layer: FileLayer;
  readonly #max: number;
  readonly #onFound: (path: string, file: RecordFile) => void;
  /** By path, least recently used first. */
  readonly #open = new Map<string, RecordFile>();
  /** Closed files, by path, oldest first: they are opened again without a survey. */
  readonly #known = new Map<string, Known>();
  readonly #clock: StoreClock;

  /** @param onFound Told of each file that is not as this process left it: new, or not opened before. */
  constructor(
    layer: FileLayer,
    max: number,
    clock: StoreClock,
    onFound: (path: string, file: RecordFile) => void,
  ) {
    this.#layer = layer;
    this.#max = max;
    this.#clock = clock;
    this.#onFound = onFound;
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /** Closes the files unused for longest, until all of `paths`, at most the maximum, may be open at once. */
  makeRoom(paths: ReadonlySet<string>): void {
    let excess = this.#open.size + paths.size - this.#max;
    for (const path of paths) excess -= this.#open.has(path) ? 1 : 0;
    for (const path of this.#open.keys()) {
      if (excess <= 0) break;
      if (paths.has(path)) continue;
      this.#close(path);
      excess--;
    }
  }

  /**
   * The file at `path`, opened if it is not, and begun with `firstMember` if there is none. Folders
   * are made too. One that somebody has removed, replaced or changed meanwhile is opened anew.
   *
   * @throws StoreError When it cannot be opened.
   */
  async use(path: string, firstMember: () => Uint8Array): Promise<RecordFile> {
    let file = this.#open.get(path);
    this.#open.delete(path);
    if (file && !await file.isInPlace()) {
      file.close();
      file = undefined;
      this.#known.delete(path);
    }
    if (!file) {
      const known = this.#known.get(path);
      file = await RecordFile.open(this.#layer, path, {
        firstMember,
        knownLength: known?.length,
        knownBegunMs: known?.begunMs,
        clock: this.#clock,
      });
      if (file.length !== known?.length) this.#onFound(path, file);
    }
    this.#open.set(path, file); // the last is the one used last
    return file;
  }

  /** Takes note that the closed file at `path` is whole up to `length`. */
  know(path: string, length: number, begunMs?: number): void {
    this.#known.delete(path);
    this.#known.set(path, { length, ...(begunMs !== undefined && { begunMs }) });
    if (this.#known.size <= MAX_KNOWN_FILES) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest!);
  }

  /**
   * Gives the open file at `path` its last name; the next use begins a new one. The name is durable
   * when the folder is synced.
   *
   * @throws StoreError When it cannot be.
   */
  async rotate(path: string, to: string): Promise<void> {
    await this.#open.get(path)!.sync();
    this.#close(path);
    try {
      await this.#layer.rename(path, to);
    } catch (cause) {
      throw storeError(`rename "${path}"`, cause);
    }
    this.#known.delete(path);
  }

  /** Closes all files. */
  closeAll(): void {
    for (const path of this.#open.keys()) this.#close(path);
  }

  #close(path: string): void {
    const file = this.#open.get(path)!;
    file.close();
    this.#open.delete(path);
    this.know(path, file.length, file.begunMs);
  }
}
