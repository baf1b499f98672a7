import { StoreError } from "../../base/errors.ts";
import { makeDurableFolder } from "../files/durable_folder_io.ts";
import type { FileLayer, LockedFolder } from "../files/file_layer.ts";
import { readSmallFile, replaceSmallFile } from "../files/small_file_io.ts";
import { storeError } from "../files/store_error.ts";
import type { ExportFormat } from "./export_formats.ts";
import { type ExportPosition, formatPosition, parsePosition } from "./export_position.ts";

/** Where an export keeps how far it is, in the folder that it writes to. */
const KEPT_IN = ".export";
const POSITION = "position.json";
const NOT_OURS = "it holds other files; wanted a new or an empty folder";

/** The folder of an export, which one process has for itself, and the position kept in it. */
export class ExportFolder implements Disposable {
  readonly #layer: FileLayer;
  readonly #lock: LockedFolder;
  readonly path: string;
  /** Where an earlier run was; undefined when there was none. */
  readonly position: ExportPosition | undefined;

  private constructor(
    layer: FileLayer,
    lock: LockedFolder,
    path: string,
    position: ExportPosition | undefined,
  ) {
    this.#layer = layer;
    this.#lock = lock;
    this.path = path;
    this.position = position;
  }

  /**
   * Makes the folder if need be and reads the position.
   *
   * @throws {StoreError} When another export writes there, one of another format has, or something that
   * is no export.
   */
  static async open(layer: FileLayer, path: string, format: ExportFormat): Promise<ExportFolder> {
    const attempt = `export to "${path}"`;
    let lock: LockedFolder | undefined;
    try {
      await makeDurableFolder(layer, path);
      const names = await layer.readFolder(path);
      if (names.length > 0 && !names.includes(KEPT_IN)) {
        throw new StoreError("write-failed", `Cannot ${attempt}: ${NOT_OURS}`);
      }
      lock = await layer.lock(`${path}/${KEPT_IN}`, {
        attempt,
        isTaken: "another export does; end it or choose another folder",
      });
      const text = await readSmallFile(layer, `${path}/${KEPT_IN}/${POSITION}`);
      const position = text === undefined ? undefined : parsePosition(text);
      const refusal = text === undefined
        ? names.length > 1 ? NOT_OURS : undefined
        : position === undefined
        ? `nothing of this version wrote "${KEPT_IN}/${POSITION}" in it`
        : position.format !== format
        ? `it holds an export as ${position.format}; wanted -export ${position.format}, or another folder`
        : undefined;
      if (refusal !== undefined) {
        throw new StoreError("write-failed", `Cannot ${attempt}: ${refusal}`);
      }
      return new ExportFolder(layer, lock, path, position);
    } catch (cause) {
      lock?.[Symbol.dispose]();
      throw storeError(attempt, cause);
    }
  }

  /** Writes the position; it is durable when this returns. */
  async keep(position: ExportPosition): Promise<void> {
    const path = `${this.path}/${KEPT_IN}/${POSITION}`;
    try {
      await replaceSmallFile(this.#layer, path, formatPosition(position));
    } catch (cause) {
      throw storeError(`write "${path}"`, cause);
    }
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }
}
