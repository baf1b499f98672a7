import type { FileLayer } from "./file_layer.ts";
import { RecordFile } from "./record_file_io.ts";
import { storeError } from "./store_error.ts";

/** Closed files whose length is remembered: about 3 MB. */
const MAX_KNOWN_LENGTHS = 16_384;

/** The record files that are open, few enough for the process; they are closed and opened again as needed. */
export class OpenFiles {
  readonly #layer: FileLayer;
  readonly #max: number;
  readonly #onFound: (path: string, file: RecordFile) => void;
  /** By path, least recently used first. */
  readonly #open = new Map<string, RecordFile>();
  /** Lengths of closed files, by path, oldest first: they are opened again without a survey. */
  readonly #knownLengths = new Map<string, number>();

  /** @param onFound Told of each file that is not as this process left it: new, or not opened before. */
  constructor(
    layer: FileLayer,
    max: number,
    onFound: (path: string, file: RecordFile) => void,
  ) {
    this.#layer = layer;
    this.#max = max;
    this.#onFound = onFound;
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
      this.#knownLengths.delete(path);
    }
    if (!file) {
      const knownLength = this.#knownLengths.get(path);
      file = await RecordFile.open(this.#layer, path, { firstMember, knownLength });
      if (file.length !== knownLength) this.#onFound(path, file);
    }
    this.#open.set(path, file); // the last is the one used last
    return file;
  }

  /** Takes note that the closed file at `path` is whole up to `length`. */
  know(path: string, length: number): void {
    this.#knownLengths.delete(path);
    this.#knownLengths.set(path, length);
    if (this.#knownLengths.size <= MAX_KNOWN_LENGTHS) return;
    const [oldest] = this.#knownLengths.keys();
    this.#knownLengths.delete(oldest!);
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
    this.#knownLengths.delete(path);
  }

  /** Closes all files. */
  closeAll(): void {
    for (const path of this.#open.keys()) this.#close(path);
  }

  #close(path: string): void {
    const file = this.#open.get(path)!;
    file.close();
    this.#open.delete(path);
    this.know(path, file.length);
  }
}
