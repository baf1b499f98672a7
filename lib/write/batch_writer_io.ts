import type { StoreError } from "../base/errors.ts";
import type { Clients } from "./clients_io.ts";
import type { FileLayer } from "./file_layer.ts";
import { rotatedPath } from "./file_names.ts";
import { encodeHeaderMember } from "./header_member.ts";
import type { OpenFiles } from "./open_files_io.ts";
import type { RecordFile } from "./record_file_io.ts";
import { storeError } from "./store_error.ts";
import { syncFolders } from "./sync_folders_io.ts";
import { runsOf, type WaitingBatch, type WaitingFile } from "./waiting.ts";

/** A batch whose member is on disk. */
export interface WrittenBatch {
  readonly batch: WaitingBatch;
  /** The `settled` that its member tells. */
  readonly settled: bigint;
}

/** What became of what waited for a file. */
export interface FileOutcome {
  readonly file: WaitingFile;
  /** In a synced file, whose name may not be durable yet. */
  readonly written: readonly WrittenBatch[];
  /** What is not, since something went wrong. */
  readonly left: readonly WaitingBatch[];
  readonly error?: StoreError;
  /** Whether nothing may be written any more: what is in the file is not known. */
  readonly isFatal?: boolean;
}

/** When a record file is given its last name and a new one begun. */
export interface RotateOptions {
  /** No file becomes longer, unless a single run of members is. */
  readonly rotateBytes: number;
  /** The age at which a file gets no more; 0 for none. */
  readonly rotateAgeMs: number;
}

/** Writes what waits for files: opens, rotates, appends, syncs. */
export class BatchWriter {
  readonly #layer: FileLayer;
  readonly #clients: Clients;
  readonly #files: OpenFiles;
  readonly #version: string;
  readonly #rotate: RotateOptions;
  readonly #onRotated: (path: string) => void;

  /** @param version For the headers of new files. */
  constructor(
    layer: FileLayer,
    clients: Clients,
    files: OpenFiles,
    version: string,
    rotate: RotateOptions,
    onRotated: (path: string) => void,
  ) {
    this.#layer = layer;
    this.#clients = clients;
    this.#files = files;
    this.#version = version;
    this.#rotate = rotate;
    this.#onRotated = onRotated;
  }

  /** Writes to some files at once, as many as may be open; never throws. */
  write(files: readonly WaitingFile[]): Promise<FileOutcome[]> {
    this.#files.makeRoom(new Set(files.map(({ path }) => path)));
    return Promise.all(files.map((file) => this.#write(file)));
  }

  async #write(waiting: WaitingFile): Promise<FileOutcome> {
    const { folder, path, batches } = waiting;
    const written: WrittenBatch[] = [];
    let isAppending = false;
    const failed = (cause: unknown): FileOutcome => {
      const error = storeError(`store in "${path}"`, cause);
      const isFatal = error.code === "sync-failed" ||
        (isAppending && error.code !== "disk-full");
      return { file: waiting, written, left: batches.slice(written.length), error, isFatal };
    };
    try {
      const client = await this.#clients.use(folder); // mends the file before it is opened
      try {
        for (const run of runsOf(batches)) {
          isAppending = false;
          const file = await this.#open(waiting, run);
          const encoded = run.map((batch) => {
            const settled = batch.place?.log.settled ?? 0n;
            return { batch, settled, member: batch.encode(settled) };
          });
          isAppending = true;
          await file.append(encoded.map(({ member }) => member));
          for (const { batch, settled } of encoded) written.push({ batch, settled });
        }
      } finally {
        this.#clients.release(folder, client);
      }
    } catch (cause) {
      return failed(cause);
    }
    return { file: waiting, written, left: [] };
  }

  /** The file to append a run to: a new one when the one there is full or old. */
  async #open(waiting: WaitingFile, run: readonly WaitingBatch[]): Promise<RecordFile> {
    const { path, folder } = waiting;
    const open = () => this.#files.use(path, () => this.#firstMember(waiting));
    const file = await open();
    const bytes = run.reduce((sum, { memberBytes }) => sum + memberBytes, 0);
    if (!this.#isDue(file, bytes)) return file;
    const to = await this.#freeRotatedPath(path);
    await this.#files.rotate(path, to);
    await syncFolders(this.#layer, [folder]);
    this.#onRotated(to);
    return await open();
  }

  #isDue(file: RecordFile, bytes: number): boolean {
    const { rotateBytes, rotateAgeMs } = this.#rotate;
    if (file.length === file.firstBytes) return false;
    const ageMs = Date.now() - Number(file.begun / 1_000_000n);
    return file.length + bytes > rotateBytes || (rotateAgeMs > 0 && ageMs >= rotateAgeMs);
  }

  async #freeRotatedPath(path: string): Promise<string> {
    for (let timeMs = Date.now();; timeMs++) {
      const to = rotatedPath(path, timeMs);
      if (await this.#layer.stat(to) === undefined) return to;
    }
  }

  #firstMember({ client, type, containsPayloads, arrival }: WaitingFile): Uint8Array {
    return encodeHeaderMember({
      Created: arrival,
      InputSource: client,
      Type: type,
      Version: this.#version,
      ContainsPayloads: containsPayloads,
    });
  }
}
