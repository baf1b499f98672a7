import type { DescMessage } from "@bufbuild/protobuf";
import { timeFieldOf } from "../../base/record/record_schemas.ts";
import { makeDurableFolder } from "../files/durable_folder_io.ts";
import type { FileLayer } from "../files/file_layer.ts";
import { parentOf } from "../files/parent_of.ts";
import { orSyncError, storeError } from "../files/store_error.ts";
import type { PrintedRecord } from "../read/printed_record.ts";
import type { ExportSink } from "./export_sink.ts";
import { ParquetFile } from "./parquet_file_io.ts";
import { type ParquetColumn, parquetColumns } from "./parquet_schema.ts";

/** What a commit has finished: files and where they belong, relative to the folder. */
export interface ParquetState {
  /** The commits so far. */
  readonly commit: number;
  readonly moves: readonly (readonly [from: string, to: string])[];
}

/** Where files lie until the position that stands for them is durable, under names that no reader looks for. */
const STAGED = ".export/staged";
/** Records that wait to be taken apart. */
const FLUSH_ROWS = 4096;
const FLUSH_BYTES = 1 << 20;
/** Rows of a group, and bytes of the records that all open files hold together. */
const GROUP_ROWS = 32_768;
const HELD_BYTES = 16 << 20;
/** Files that are open at a time: of more hours and types the oldest is finished. */
const MAX_FILES = 64;
/** Files and rows after which a commit is due. */
const COMMIT_FILES = 1000;
const COMMIT_ROWS = 4_000_000;

const CLIENT: ParquetColumn = {
  name: "client",
  elements: [{
    name: "client",
    type: "BYTE_ARRAY",
    repetition_type: "REQUIRED",
    converted_type: "UTF8",
  }],
  valueOf: () => "",
};

/**
 * Parquet files in folders as Hive has them: `type=DNS/date=2020-09-13/hour=12/0000000007-1.parquet`, by
 * the hour (UTC) of the records' times. Each commit makes new files, also of hours that have some, so
 * that none is ever changed. They lie elsewhere until the position stands for them, then they get their
 * names, by the next run if this one was killed: readers see whole files only, each record in one.
 */
export class ParquetFiles implements ExportSink {
  readonly #layer: FileLayer;
  readonly #folder: string;
  readonly #columns = new Map<DescMessage, readonly ParquetColumn[]>();
  /** The files of this commit by their folders. */
  readonly #open = new Map<string, ParquetFile>();
  /** Files that are finished: of this commit, then of the one that a position is to stand for. */
  #finished: [from: string, to: string][] = [];
  #moves: ParquetState["moves"];
  #commit: number;
  #waiting: [folder: string, record: PrintedRecord, bytes: number][] = [];
  #waitingBytes = 0;
  #rows = 0;
  /** Files that were begun since the last commit. */
  #made = 0;

  private constructor(layer: FileLayer, folder: string, { commit, moves }: ParquetState) {
    this.#layer = layer;
    this.#folder = folder;
    this.#commit = commit;
    this.#moves = moves;
  }

  static async open(
    layer: FileLayer,
    folder: string,
    state: ParquetState = { commit: 0, moves: [] },
  ): Promise<ParquetFiles> {
    const files = new ParquetFiles(layer, folder, state);
    await makeDurableFolder(layer, `${folder}/${STAGED}`);
    await files.committed();
    for (const name of await layer.readFolder(`${folder}/${STAGED}`)) {
      await layer.remove(`${folder}/${STAGED}/${name}`);
    }
    return files;
  }

  takes(): boolean {
    return true;
  }

  add(record: PrintedRecord, bytes: number): boolean {
    this.#waiting.push([hourFolder(record), record, bytes]);
    this.#waitingBytes += bytes;
    return this.#waiting.length >= FLUSH_ROWS || this.#waitingBytes >= FLUSH_BYTES;
  }

  async flush(): Promise<void> {
    for (const [folder, record, bytes] of this.#waiting) {
      const file = this.#open.get(folder) ?? await this.#create(folder, record.schema);
      file.add(record, bytes);
      this.#rows++;
      if (file.rows >= GROUP_ROWS) await file.writeGroup();
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    const files = [...this.#open.values()].sort((a, b) => b.heldBytes - a.heldBytes);
    let held = files.reduce((bytes, file) => bytes + file.heldBytes, 0);
    for (const file of files) {
      if (held <= HELD_BYTES) break;
      held -= file.heldBytes;
      await file.writeGroup();
    }
  }

  get isFull(): boolean {
    return this.#made >= COMMIT_FILES || this.#rows >= COMMIT_ROWS;
  }

  async commit(): Promise<ParquetState> {
    await this.flush();
    for (const folder of this.#open.keys()) await this.#finish(folder);
    await orSyncError(STAGED, this.#layer.syncFolder(`${this.#folder}/${STAGED}`));
    this.#moves = this.#finished;
    this.#finished = [];
    this.#rows = 0;
    this.#made = 0;
    return { commit: ++this.#commit, moves: this.#moves };
  }

  async committed(): Promise<void> {
    const folders = new Set<string>();
    for (const [from, to] of this.#moves) {
      const path = `${this.#folder}/${to}`;
      try {
        if (await this.#layer.stat(`${this.#folder}/${from}`) === undefined) continue; // it was moved
        await makeDurableFolder(this.#layer, parentOf(path));
        await this.#layer.rename(`${this.#folder}/${from}`, path);
        folders.add(parentOf(path));
      } catch (cause) {
        throw storeError(`write "${path}"`, cause);
      }
    }
    for (const folder of folders) await orSyncError(folder, this.#layer.syncFolder(folder));
    this.#moves = [];
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  async #create(folder: string, schema: DescMessage): Promise<ParquetFile> {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MAX_FILES) await this.#finish(oldest!);
    const columns = this.#columns.get(schema) ?? [CLIENT, ...parquetColumns(schema)];
    this.#columns.set(schema, columns);
    const commit = String(this.#commit + 1).padStart(10, "0");
    const path = `${this.#folder}/${STAGED}/${commit}-${++this.#made}`;
    const file = await ParquetFile.create(this.#layer, path, columns);
    this.#open.set(folder, file);
    return file;
  }

  async #finish(folder: string): Promise<void> {
    const file = this.#open.get(folder)!;
    await file.finish();
    this.#open.delete(folder);
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    this.#finished.push([`${STAGED}/${name}`, `${folder}/${name}.parquet`]);
  }
}

const HOUR_NS = 3_600_000_000_000n;

/** `type=DNS/date=2020-09-13/hour=12`; what has no time is of 1970. */
function hourFolder({ schema, message }: PrintedRecord): string {
  const field = timeFieldOf(schema);
  const time = field && (message as unknown as Record<string, unknown>)[field.localName];
  const since = typeof time === "bigint" ? time : 0n;
  // BigInt divides towards zero.
  const hours = (since - (since < 0n ? HOUR_NS - 1n : 0n)) / HOUR_NS;
  const text = new Date(Number(hours) * 3_600_000).toISOString();
  return `type=${schema.name}/date=${text.slice(0, 10)}/hour=${text.slice(11, 13)}`;
}
