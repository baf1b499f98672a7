import { isLedgerType } from "../../base/record/record_types.ts";
import { compactBooks } from "../books/compact_books.ts";
import type { Client } from "./clients_io.ts";
import type { FileLayer } from "./file_layer.ts";
import { BEGUN_SUFFIX, parseFileName } from "./file_names.ts";
import { writeAll } from "./set_aside_io.ts";
import { orSyncError } from "./store_error.ts";
import { syncFolders } from "./sync_folders_io.ts";

/** A file is left alone for so long after its rotation: whoever follows it is at the next one by then. */
const REST_MS = 60_000;
/** A longer file is left as it is: nothing of the size of a day's books. */
const MAX_BYTES = 64 << 20;

/**
 * Compacts the books of each day when it is over. The file is replaced whole: there is the one that was
 * there, or the compacted one, whatever happens.
 */
export class BookCompaction {
  readonly #layer: FileLayer;
  /** By folder and type, the newest file that has been looked at. */
  readonly #done = new Map<string, string>();

  constructor(layer: FileLayer) {
    this.#layer = layer;
  }

  /**
   * Compacts the rotated books of a client, the newest first, up to one of which nothing is left to gain.
   *
   * @param nowMs By the wall clock.
   * @throws The file system's exceptions; StoreError "sync-failed".
   */
  async pass(folder: string, { sessions }: Client, nowMs: number): Promise<void> {
    for (const [type, names] of await this.#rotatedBooks(folder, nowMs)) {
      const key = `${folder}/${type}`;
      const done = this.#done.get(key) ?? "";
      this.#done.set(key, names[0]!);
      for (const name of names) {
        if (name <= done) break;
        const isCompacted = await this.#compact(
          `${folder}/${name}`,
          type,
          (session) => sessions.get(session)?.settled,
        );
        if (!isCompacted) break;
      }
    }
  }

  /** Names by type, the newest first. */
  async #rotatedBooks(folder: string, nowMs: number): Promise<Map<string, string[]>> {
    const names = new Map<string, string[]>();
    for (const name of (await this.#layer.readFolder(folder)).sort().reverse()) {
      const parsed = parseFileName(name);
      if (parsed?.kind !== "rotated" || !isLedgerType(parsed.type)) continue;
      if (parsed.timeMs > nowMs - REST_MS) continue;
      names.set(parsed.type, [...names.get(parsed.type) ?? [], name]);
    }
    return names;
  }

  async #compact(
    path: string,
    type: string,
    settledOf: (session: bigint) => bigint | undefined,
  ): Promise<boolean> {
    const bytes = await this.#read(path);
    const compacted = bytes && compactBooks(bytes, type, settledOf);
    if (!compacted) return false;
    const begun = path + BEGUN_SUFFIX;
    const file = await this.#layer.open(begun, "replace");
    try {
      await writeAll(file, compacted, 0);
      await orSyncError(begun, file.sync());
    } catch (cause) {
      await this.#layer.remove(begun).catch(() => {}); // the cause tells more
      throw cause;
    } finally {
      file.close();
    }
    await this.#layer.rename(begun, path);
    await syncFolders(this.#layer, [path.slice(0, path.lastIndexOf("/"))]);
    return true;
  }

  async #read(path: string): Promise<Uint8Array | undefined> {
    const file = await this.#layer.open(path, "read");
    try {
      const { size } = await file.stat();
      if (size > MAX_BYTES) return undefined;
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size;) {
        const read = await file.read(bytes.subarray(at), at);
        if (read === null) return undefined;
        at += read;
      }
      return bytes;
    } finally {
      file.close();
    }
  }
}
