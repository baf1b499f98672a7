import { isLedgerType, typeName } from "../../base/record/record_types.ts";
import type { StoreError } from "../../base/errors.ts";
import { release } from "../../base/bytes/release.ts";
import { MEMBER_VERSION } from "../../pack/member.ts";
import type { Clients } from "./clients_io.ts";
import type { FileLayer } from "./file_layer.ts";
import { parseFileName, rotatedPath } from "./file_names.ts";
import { encodeHeaderMember } from "./header_member.ts";
import { OpenFiles } from "./open_files_io.ts";
import type { RecordFile } from "./record_file_io.ts";
import type { StoreClock } from "./store_clock.ts";
import type { FileLimits, StoredMember } from "./store_options.ts";
import type { SetAside } from "./set_aside_io.ts";
import { storeError } from "./store_error.ts";
import { syncFolders } from "./sync_folders_io.ts";
import { type EncodedBatch, encodedRuns, type WaitingBatch, type WaitingFile } from "./waiting.ts";

/** A batch whose member is on disk. */
export interface WrittenBatch {
  readonly batch: WaitingBatch;
  /** The `settled` that its member tells. */
  readonly settled: bigint;
  /** Of the file that it is in. */
  path: string;
  /** Framed records before packing. */
  readonly recordBytes: number;
  readonly memberBytes: number;
}

const DAY_MS = 86_400_000;
/** What the first member of a file may take, which holds its header. */
const HEADER_ROOM_BYTES = 1024;

/** What became of what waited for a file. */
export interface FileOutcome {
  readonly file: WaitingFile;
  /** On disk. */
  readonly written: readonly WrittenBatch[];
  /** What is not, since something went wrong. */
  readonly left: readonly WaitingBatch[];
  readonly error?: StoreError;
  /** Whether nothing may be written any more: what is in the file is not known. */
  readonly isFatal?: boolean;
}

/** How files are written, and who is told. */
export interface WriterOptions {
  /** Version for the headers of new files. */
  readonly version: string;
  /** Files kept open at most. */
  readonly maxOpenFiles: number;
  /** When a file gets no more; may change. */
  readonly limits: Readonly<Pick<FileLimits, "rotateBytes" | "rotateAgeMs">>;
  readonly clock: StoreClock;
  /** Told of paths: a file that is begun, one that gets no more, something that was in the way. */
  readonly onNew: (path: string) => void;
  readonly onRotated: (path: string) => void;
  readonly onSetAside: (setAside: SetAside) => void;
  /** Told of each member with records that is in a file. */
  readonly onStored?: ((stored: StoredMember) => void) | undefined;
}

/** Writes what waits for files: opens, rotates, appends, syncs files and folders. */
export class BatchWriter {
  readonly #layer: FileLayer;
  readonly #folder: string;
  readonly #clients: Clients;
  readonly #options: WriterOptions;
  readonly #files: OpenFiles;
  /** Folders that may have a name that is not on disk. */
  readonly #unsyncedFolders = new Set<string>();

  /** @param folder The one around those of the clients. */
  constructor(layer: FileLayer, folder: string, clients: Clients, options: WriterOptions) {
    this.#layer = layer;
    this.#folder = folder;
    this.#clients = clients;
    this.#options = options;
    this.#files = new OpenFiles(
      layer,
      options.maxOpenFiles,
      options.clock,
      (path, file) => this.#found(path, file),
    );
  }

  /** How many files are open. */
  get openFiles(): number {
    return this.#files.size;
  }

  /** Takes note that files are whole up to a length. */
  know(lengths: ReadonlyMap<string, number>): void {
    for (const [path, length] of lengths) this.#files.know(path, length);
  }

  /**
   * Writes to some files at once, as many as may be open. What is said to be written is durable,
   * its name too.
   *
   * @throws StoreError When folders cannot be synced; then nothing is known to be durable.
   */
  async write(files: readonly WaitingFile[]): Promise<FileOutcome[]> {
    this.#files.makeRoom(new Set(files.map(({ path }) => path)));
    const outcomes = await Promise.all(files.map((file) => this.#write(file)));
    await syncFolders(this.#layer, this.#unsyncedFolders);
    this.#unsyncedFolders.clear();
    return outcomes;
  }

  /** Closes all files. */
  close(): void {
    this.#files.closeAll();
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
        for (
          const run of encodedRuns(batches, this.#options.limits.rotateBytes - HEADER_ROOM_BYTES)
        ) {
          isAppending = false;
          const file = await this.#open(waiting, run, (to) => {
            for (const log of client.sessions.values()) log.renamed(path, to);
            for (const batch of written) batch.path = batch.path === path ? to : batch.path;
          });
          isAppending = true;
          await file.append(run.map(({ member }) => member));
          for (const { batch, settled, member, recordBytes } of run) {
            batch.written?.();
            written.push({ batch, settled, path, recordBytes, memberBytes: member.length });
            if (batch.kind === "stored") {
              const { count } = batch;
              this.#options.onStored?.({
                ...{ client: waiting.client, type: waiting.type },
                count,
                member,
              });
            }
            release(member);
          }
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
  async #open(
    waiting: WaitingFile,
    run: readonly EncodedBatch[],
    onRotated: (to: string) => void,
  ): Promise<RecordFile> {
    const { path, folder } = waiting;
    const open = () => this.#files.use(path, () => this.#firstMember(waiting));
    const file = await open();
    const bytes = run.reduce((sum, { member }) => sum + member.length, 0);
    if (!this.#isDue(waiting.type, file, run, bytes)) return file;
    const to = await this.#freeRotatedPath(folder, path);
    await this.#files.rotate(path, to);
    onRotated(to);
    await syncFolders(this.#layer, [folder]);
    this.#options.onRotated(to);
    return await open();
  }

  #isDue(
    type: number,
    file: RecordFile,
    run: readonly EncodedBatch[],
    bytes: number,
  ): boolean {
    const { limits, clock } = this.#options;
    const { rotateBytes } = limits;
    const rotateAgeMs = rotatedAt(typeName(type), limits.rotateAgeMs);
    if (file.version !== MEMBER_VERSION) return true;
    if (file.length === file.firstBytes) return false;
    if (file.length + bytes > rotateBytes) return true;
    if (run.every(({ batch }) => batch.kind === "note")) return false;
    const ageMs = clock.monotonicMs() - file.begunMs;
    // One that says to have been begun in the future would not be rotated before that comes.
    return ageMs === Infinity || (rotateAgeMs > 0 && ageMs >= rotateAgeMs);
  }

  /** Later than all of its type, also when the clock has been set back: names stay in order. */
  async #freeRotatedPath(folder: string, path: string): Promise<string> {
    const live = path.slice(folder.length + 1);
    let timeMs = this.#options.clock.wallMs();
    for (const name of await this.#layer.readFolder(folder)) {
      const parsed = parseFileName(name);
      if (parsed?.kind !== "rotated" || rotatedPath(live, parsed.timeMs) !== name) continue;
      timeMs = Math.max(timeMs, parsed.timeMs + 1);
    }
    return rotatedPath(path, timeMs);
  }

  #firstMember({ client, type, containsPayloads, arrival }: WaitingFile): Uint8Array {
    return encodeHeaderMember({
      Created: arrival,
      InputSource: client,
      Type: type,
      Version: this.#options.version,
      ContainsPayloads: containsPayloads,
    });
  }

  #found(path: string, { isNew, setAside }: RecordFile): void {
    // Also for a file that was there: who made it may have been killed before it synced the name.
    this.#unsyncedFolders.add(path.slice(0, path.lastIndexOf("/"))).add(this.#folder);
    if (setAside) this.#options.onSetAside(setAside);
    if (isNew) this.#options.onNew(path);
  }
}

/** At which age a file of a type gets no more; 0 for none. Books are found by their day. */
function rotatedAt(type: string, rotateAgeMs: number): number {
  if (!isLedgerType(type)) return rotateAgeMs;
  return rotateAgeMs === 0 ? DAY_MS : Math.min(rotateAgeMs, DAY_MS);
}
