import type { DescMessage } from "@bufbuild/protobuf";
import { TextBytes } from "../../base/bytes/text_bytes.ts";
import type { FileLayer, LayerFile } from "../files/file_layer.ts";
import { writeAll } from "../files/set_aside_io.ts";
import { orSyncError, storeError } from "../files/store_error.ts";
import type { ExportSink } from "./export_sink.ts";
import { type ExportedRecord, type LineFormat, LinesByType } from "./line_format.ts";

/** How far each file is, by its name: what is behind that is not committed. */
export type LineFilesState = Readonly<Record<string, FileEnd>>;

/**
 * The length of a file, and its inode, which tells it from another of that name: as long as the folder is
 * the same one, and not a copy, in which all files have other inodes.
 */
interface FileEnd {
  readonly bytes: number;
  readonly inode: number | null;
  /** Device and inode of the folder; nothing in positions of 0.3.0 and before. */
  readonly folder?: string;
}

/** Text is written in parts of about this size. */
const WRITE_CHARACTERS = 1 << 16;
/** Bytes after which a commit is due. */
const COMMIT_BYTES = 32 << 20;

/**
 * Files of lines in a folder. What a run that was killed has written behind its last commit is cut off
 * when they are opened again. A file that somebody has moved away meanwhile is begun anew with the next
 * commit, so that what rotates logs may rename them.
 */
export class LineFiles implements ExportSink {
  readonly #layer: FileLayer;
  readonly #folder: string;
  readonly #lines: LinesByType;
  readonly #files = new Map<string, OpenFile>();
  /** What the last position said, of files that have not been opened yet. */
  readonly #ends: Map<string, FileEnd>;
  readonly #folderId: string;
  #pending = 0;
  #uncommitted = 0;

  private constructor(
    layer: FileLayer,
    folder: string,
    folderId: string,
    format: LineFormat,
    state: LineFilesState,
  ) {
    this.#layer = layer;
    this.#folder = folder;
    this.#folderId = folderId;
    this.#lines = new LinesByType(format);
    this.#ends = new Map(Object.entries(state));
  }

  /** @param state What the last commit has given; nothing for a folder without lines. */
  static async open(
    layer: FileLayer,
    folder: string,
    format: LineFormat,
    state: LineFilesState = {},
  ): Promise<LineFiles> {
    const id = await layer.stat(folder);
    const files = new LineFiles(layer, folder, `${id?.dev}:${id?.ino}`, format, state);
    for (const name of Object.keys(state)) {
      const file: OpenFile = { name, text: new TextBytes() };
      files.#files.set(name, file);
      await files.#open(file);
    }
    return files;
  }

  takes(schema: DescMessage): boolean {
    return this.#lines.of(schema) !== undefined;
  }

  add(record: ExportedRecord): boolean {
    const { file, text } = this.#lines.make(record);
    if (text === "") return false;
    let open = this.#files.get(file);
    if (open === undefined) this.#files.set(file, open = { name: file, text: new TextBytes() });
    open.text.add(text);
    this.#pending += text.length;
    return this.#pending >= WRITE_CHARACTERS;
  }

  get lines(): number {
    return this.#lines.made;
  }

  async flush(): Promise<void> {
    this.#pending = 0;
    for (const file of this.#files.values()) {
      if (file.text.length === 0) continue;
      if (file.handle === undefined) await this.#open(file);
      const bytes = file.text.take();
      try {
        await writeAll(file.handle!, bytes, file.at!);
      } catch (cause) {
        throw storeError(`write "${this.#path(file.name)}"`, cause);
      }
      file.at! += bytes.length;
      file.isDirty = true;
      this.#uncommitted += bytes.length;
    }
  }

  get isFull(): boolean {
    return this.#uncommitted >= COMMIT_BYTES;
  }

  async commit(): Promise<LineFilesState> {
    await this.flush();
    this.#uncommitted = 0;
    for (const file of this.#files.values()) {
      if (!file.isDirty) continue;
      await orSyncError(this.#path(file.name), file.handle!.sync());
      file.isDirty = false;
    }
    await orSyncError(this.#folder, this.#layer.syncFolder(this.#folder));
    const state: Record<string, FileEnd> = {};
    for (const { name, at, inode } of this.#files.values()) {
      state[name] = { bytes: at!, inode: inode!, folder: this.#folderId };
    }
    return state;
  }

  async committed(): Promise<void> {
    for (const [name, file] of this.#files) {
      const there = await this.#layer.stat(this.#path(name));
      if (there?.ino === file.inode) {
        file.at = Math.min(file.at!, there!.size);
        continue;
      }
      file.handle?.close();
      this.#files.delete(name);
    }
  }

  close(): void {
    for (const { handle } of this.#files.values()) handle?.close();
    this.#files.clear();
  }

  /** Opens a file behind what it has, without what was not committed. */
  async #open(file: OpenFile): Promise<void> {
    const { name } = file;
    const path = this.#path(name);
    try {
      const there = await this.#layer.stat(path);
      const handle = await this.#layer.open(path, there === undefined ? "create" : "update");
      const { ino, size } = await handle.stat();
      const end = this.#ends.get(name);
      this.#ends.delete(name);
      const at = end !== undefined && this.#isOurs(end, ino) ? Math.min(end.bytes, size) : 0;
      if (at < size) await handle.truncate(at);
      Object.assign(file, { handle, at, inode: ino });
    } catch (cause) {
      throw storeError(`write "${path}"`, cause);
    }
  }

  #isOurs({ inode, folder = this.#folderId }: FileEnd, ino: number | null): boolean {
    return inode === ino || folder !== this.#folderId;
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

/** A file that is written; without a handle until there is something to write. */
interface OpenFile {
  readonly name: string;
  readonly text: TextBytes;
  handle?: LayerFile;
  at?: number;
  inode?: number | null;
  isDirty?: boolean;
}
