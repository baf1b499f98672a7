import { FarcapError, StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { Semaphore } from "../../base/wait/semaphore.ts";
import type { FileLayer, LockedFolder, LockWords } from "../files/file_layer.ts";
import { storeError } from "../files/store_error.ts";
import { readSmallFile, replaceSmallFile } from "../files/small_file_io.ts";
import type { KeptState } from "./kept_state.ts";
import type { StateFormat } from "./state_format.ts";

/** Below the folder of the records. */
const FOLDER = ".access";
/** How long another process may have the folder, which it needs for a moment only. */
const LOCK_MS = 10_000;
const LOCK_TRY_MS = 20;
const LOCK_WORDS: LockWords = {
  attempt: "change who may send in",
  isTaken: `another process has kept it for ${LOCK_MS / 1000} s; wanted: it ended`,
};

/**
 * A file of `.access` in the folder of a collector's records. The collector that runs and the commands of
 * its operator change it, one at a time; each change is there for good when it has been made, or not at all.
 */
export class StateFile<State> implements KeptState<State> {
  readonly #layer: FileLayer;
  readonly #folder: string;
  readonly #path: string;
  readonly #format: StateFormat<State>;
  /** Only one change of this process at a time asks for the folder; the others wait for their turn. */
  readonly #turn = new Semaphore(1);

  /** @param out The folder of the records. */
  constructor(layer: FileLayer, out: string, format: StateFormat<State>) {
    this.#layer = layer;
    this.#folder = `${out}/${FOLDER}`;
    this.#path = `${this.#folder}/${format.name}.json`;
    this.#format = format;
  }

  /** @throws StoreError `read-failed`, or `damaged` when it is not what was written. */
  async read(): Promise<State> {
    const path = this.#path;
    let text: string | undefined;
    try {
      text = await readSmallFile(this.#layer, path);
    } catch (cause) {
      throw storeError(`read "${path}"`, cause);
    }
    if (text === undefined) return this.#format.nothing;
    const parsed = this.#format.parse(text);
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
  async change<T extends { readonly state: State }>(change: (state: State) => T): Promise<T> {
    await this.#turn.acquire();
    try {
      using _lock = await this.#lock();
      const before = await this.read();
      const changed = change(before);
      if (changed.state !== before) {
        await replaceSmallFile(this.#layer, this.#path, this.#format.format(changed.state));
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
