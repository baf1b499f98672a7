import { FarcapError, StoreError } from "../../base/errors.ts";
import { rest } from "../../base/rest_io.ts";
import { Semaphore } from "../../base/semaphore.ts";
import { type AccessState, NO_ACCESS } from "../../seal/access/access_state.ts";
import { formatAccess, parseAccess } from "../../seal/access/access_text.ts";
import type { FileLayer, LockedFolder, LockWords } from "../files/file_layer.ts";
import { storeError } from "../files/store_error.ts";
import { readSmallFile, replaceSmallFile } from "../files/small_file_io.ts";

const FOLDER = ".access";
const FILE = "sensors.json";
/** How long another process may have the folder, which it needs for a moment only. */
const LOCK_MS = 10_000;
const LOCK_TRY_MS = 20;
const LOCK_WORDS: LockWords = {
  attempt: "change who may send in",
  isTaken: `another process has kept it for ${LOCK_MS / 1000} s; wanted: it ended`,
};

/**
 * What a collector keeps of who may send: `.access/sensors.json` in the folder of its records, see
 * {@linkcode parseAccess}. The collector that runs and the commands of its operator change it, one at a
 * time; each change is there for good when it has been made, or not at all.
 */
export class AccessFolder {
  readonly #layer: FileLayer;
  readonly #folder: string;
  readonly #path: string;
  /** Only one change of this process at a time asks for the folder; the others wait for their turn. */
  readonly #turn = new Semaphore(1);

  /** @param out The folder of the records. */
  constructor(layer: FileLayer, out: string) {
    this.#layer = layer;
    this.#folder = `${out}/${FOLDER}`;
    this.#path = `${this.#folder}/${FILE}`;
  }

  /** @throws StoreError `read-failed`, or `damaged` when it is not what was written. */
  async read(): Promise<AccessState> {
    const path = this.#path;
    let text: string | undefined;
    try {
      text = await readSmallFile(this.#layer, path);
    } catch (cause) {
      throw storeError(`read "${path}"`, cause);
    }
    if (text === undefined) return NO_ACCESS;
    const parsed = parseAccess(text);
    if ("state" in parsed) return parsed.state;
    throw new StoreError(
      "damaged",
      `Cannot use "${path}": ${parsed.problem}; wanted: it from a backup`,
    );
  }

  /**
   * Changes it, unless `change` returns the same.
   *
   * @throws StoreError When it cannot be read or written, or somebody else keeps it.
   */
  async change<T extends { readonly state: AccessState }>(
    change: (state: AccessState) => T,
  ): Promise<T> {
    await this.#turn.acquire();
    try {
      using _lock = await this.#lock();
      const before = await this.read();
      const changed = change(before);
      if (changed.state !== before) {
        await replaceSmallFile(this.#layer, this.#path, formatAccess(changed.state));
      }
      return changed;
    } catch (cause) {
      if (cause instanceof FarcapError) throw cause;
      throw storeError(`write "${this.#path}"`, cause);
    } finally {
      this.#turn.release();
    }
  }

  async #lock(): Promise<LockedFolder> {
    const endMs = performance.now() + LOCK_MS;
    for (;;) {
      try {
        return await this.#layer.lock(this.#folder, LOCK_WORDS);
      } catch (error) {
        const isLocked = error instanceof StoreError && error.code === "locked";
        if (!isLocked || performance.now() > endMs) throw error;
        await rest(LOCK_TRY_MS);
      }
    }
  }
}
