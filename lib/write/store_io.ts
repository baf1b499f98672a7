import type { StoreError } from "../base/errors.ts";
import { typeName } from "../base/record_types.ts";
import { encodeMember, packRecords } from "../pack/member.ts";
import type { CheckedBatch } from "../verify/check_batch.ts";
import { folderOfClient } from "./client_name.ts";
import { FolderLock } from "./folder_lock_io.ts";
import { encodeHeaderMember } from "./header_member.ts";
import { MAX_UNSYNCED_BYTES } from "./member_survey_io.ts";
import { OpenFiles } from "./open_files_io.ts";
import type { RecordFile } from "./record_file_io.ts";
import { syncFolders } from "./sync_folders_io.ts";

/** How to store. */
export interface StoreOptions {
  /** Version for the headers of new files. */
  readonly version: string;
  /** Files kept open at most; the one unused for longest is closed for another (default 128). */
  readonly maxOpenFiles?: number;
  /** Bytes that may wait for the disk, with what it takes to keep them, before `append` does (default 16 MiB). */
  readonly maxWaitingBytes?: number;
  /** Told of each file that is begun: its path below the folder, `xyz/TCP.ncap.gz`. */
  readonly onNewFile?: (path: string) => void;
  /** Told where something is now that was in the way of a record file, and what it is. */
  readonly onSetAside?: (path: string, why: string) => void;
  /** Told when the batches for a file are lost because that file cannot be opened. */
  readonly onUnstored?: (batches: number, error: StoreError) => void;
  /** Told once when the store has failed, which `append` and `commit` throw from then on. */
  readonly onFailure?: (error: StoreError) => void;
}

/** What is on disk of one record type. */
export interface StoredCounts {
  /** Batches, one member each. */
  batches: number;
  /** Records in them. */
  records: number;
  /** Framed records before compression. */
  bytes: number;
  /** The members that hold them. */
  packedBytes: number;
}

/** A batch that waits for the disk. */
interface WaitingBatch {
  readonly member: Uint8Array;
  readonly count: number;
  readonly recordBytes: number;
}

/** What waits for one file. */
interface WaitingFile {
  readonly path: string;
  /** Of the first batch, for the file's header. */
  readonly client: string;
  readonly containsPayloads: boolean;
  readonly arrival: bigint;
  readonly type: number;
  readonly batches: WaitingBatch[];
}

/** What is written together. */
interface Round {
  readonly files: Map<string, WaitingFile>;
  bytes: number;
  /** Resolves when it is over, well or not. */
  readonly over: PromiseWithResolvers<void>;
}

/** Enough to gather a few dozen batches for each sync under load. */
const GATHER_MS = 20;
const DEFAULT_OPEN_FILES = 128;
const DEFAULT_WAITING_BYTES = 16 << 20;
/** What a batch and what a file take while they wait, besides their bytes and its client's name. */
const BATCH_COST_BYTES = 1024;
const FILE_COST_BYTES = 3072;
const WITHOUT_SESSION = { reason: 0, session: 0n, sequence: 0n, settled: 0n };

/**
 * The record files of all clients below one folder: `<folder>/<client>/<Type>.ncap.gz`. Batches are
 * gathered for a moment, then written file by file; each file is synced once, and then each folder
 * that has a new name.
 *
 * A disk that is full, a failed write or sync is the end: the store keeps what it has, and `append`
 * and `commit` throw from then on. A file that cannot be opened costs only its own batches, since
 * the name that a client gives itself picks it.
 *
 * Until it fails, `appended = stored + unstored + waiting`, in batches.
 */
export class RecordStore implements AsyncDisposable {
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #options: StoreOptions;
  readonly #maxOpenFiles: number;
  readonly #maxWaitingBytes: number;
  readonly #files: OpenFiles;
  /** Folders that may have a name that is not on disk. */
  readonly #unsyncedFolders = new Set<string>();
  readonly #stored = new Map<number, StoredCounts>();
  #unstored = 0;
  #next = newRound();
  #current?: Round;
  #isRunning = false;
  #failure?: StoreError;

  private constructor(folder: string, lock: FolderLock, options: StoreOptions) {
    this.#folder = folder;
    this.#lock = lock;
    this.#options = options;
    this.#maxOpenFiles = options.maxOpenFiles ?? DEFAULT_OPEN_FILES;
    this.#maxWaitingBytes = options.maxWaitingBytes ?? DEFAULT_WAITING_BYTES;
    this.#files = new OpenFiles(this.#maxOpenFiles, (path, file) => this.#found(path, file));
  }

  /**
   * Makes the folder if need be and locks it.
   *
   * @throws StoreError `locked` when another collector stores there.
   */
  static async open(folder: string, options: StoreOptions): Promise<RecordStore> {
    return new RecordStore(folder, await FolderLock.acquire(folder), options);
  }

  /** What is on disk, by record type. */
  get stored(): ReadonlyMap<number, StoredCounts> {
    return this.#stored;
  }

  /** Batches lost because their file could not be opened. */
  get unstored(): number {
    return this.#unstored;
  }

  /**
   * Takes a batch. It is packed at once, so its bytes are the caller's again when this returns; that
   * it is on disk is what `commit` waits for. Waits while too much waits for the disk.
   *
   * @throws StoreError When the store has failed; batches that were not committed are lost.
   */
  async append(batch: CheckedBatch): Promise<void> {
    while (this.#waitingBytes > this.#maxWaitingBytes && !this.#failure) {
      await (this.#current ?? this.#next).over.promise;
    }
    if (this.#failure) throw this.#failure;
    const { count, records, firstTime, lastTime } = batch;
    const arrival = BigInt(Date.now()) * 1_000_000n;
    const origin = { ...WITHOUT_SESSION, count, firstTime, lastTime, arrival };
    const member = encodeMember(origin, packRecords(records));
    this.#waitingFile(batch, arrival).batches.push({ member, count, recordBytes: records.length });
    this.#next.bytes += member.length + BATCH_COST_BYTES;
    if (!this.#isRunning) this.#commitRounds();
  }

  /**
   * Returns when everything appended before is on disk or counted as unstored.
   *
   * @throws StoreError When the store has failed.
   */
  async commit(): Promise<void> {
    const last = this.#next.files.size > 0 ? this.#next : this.#current;
    await last?.over.promise;
    if (this.#failure) throw this.#failure;
  }

  /** Stores what was appended, closes all files and unlocks the folder. `commit` tells of failures. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.commit().catch(() => {}); // whoever appends or commits has been told
    this.#files.closeAll();
    this.#lock[Symbol.dispose]();
  }

  get #waitingBytes(): number {
    return this.#next.bytes + (this.#current?.bytes ?? 0);
  }

  #waitingFile(batch: CheckedBatch, arrival: bigint): WaitingFile {
    const { clientId: client, type, containsPayloads } = batch;
    const name = folderOfClient(client, this.#lock.foldsCase);
    const path = `${this.#folder}/${name}/${typeName(type)}.ncap.gz`;
    let file = this.#next.files.get(path);
    if (!file) {
      file = { path, client, type, containsPayloads, arrival, batches: [] };
      this.#next.files.set(path, file);
      this.#next.bytes += client.length + FILE_COST_BYTES;
    }
    return file;
  }

  /** Writes what waits, until nothing does. */
  async #commitRounds(): Promise<void> {
    this.#isRunning = true;
    while (this.#next.files.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      const round = this.#current = this.#next;
      this.#next = newRound();
      const files = [...round.files.values()];
      for (let at = 0; at < files.length && !this.#failure; at += this.#maxOpenFiles) {
        await this.#commitFiles(files.slice(at, at + this.#maxOpenFiles));
      }
      this.#current = undefined;
      round.over.resolve();
    }
    this.#isRunning = false;
  }

  /** @param files As many as may be open at once. */
  async #commitFiles(files: readonly WaitingFile[]): Promise<void> {
    this.#files.makeRoom(new Set(files.map(({ path }) => path)));
    await Promise.all(files.map((file) => this.#commitFile(file)));
    try {
      await syncFolders(this.#unsyncedFolders);
    } catch (error) {
      this.#fail(error as StoreError);
    }
    this.#unsyncedFolders.clear();
  }

  async #commitFile(waiting: WaitingFile): Promise<void> {
    const file = await this.#openFile(waiting);
    if (!file) return;
    try {
      for (const batches of runsOf(waiting.batches)) {
        await file.append(batches.map(({ member }) => member));
        for (const batch of batches) this.#count(waiting.type, batch);
      }
    } catch (error) {
      this.#fail(error as StoreError);
    }
  }

  async #openFile(waiting: WaitingFile): Promise<RecordFile | undefined> {
    try {
      return await this.#files.use(waiting.path, () => this.#firstMember(waiting));
    } catch (error) {
      const refusal = error as StoreError;
      if (refusal.code === "disk-full") {
        this.#fail(refusal);
      } else {
        this.#unstored += waiting.batches.length;
        this.#options.onUnstored?.(waiting.batches.length, refusal);
      }
      return undefined;
    }
  }

  #fail(error: StoreError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#options.onFailure?.(error);
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
    if (setAside) this.#options.onSetAside?.(setAside.path, setAside.why);
    if (isNew) this.#options.onNewFile?.(path.slice(this.#folder.length + 1));
  }

  #count(type: number, { member, count, recordBytes }: WaitingBatch): void {
    let counts = this.#stored.get(type);
    if (!counts) {
      counts = { batches: 0, records: 0, bytes: 0, packedBytes: 0 };
      this.#stored.set(type, counts);
    }
    counts.batches++;
    counts.records += count;
    counts.bytes += recordBytes;
    counts.packedBytes += member.length;
  }
}

function newRound(): Round {
  return { files: new Map(), bytes: 0, over: Promise.withResolvers() };
}

/** Cuts what waits for a file into pieces that may be written at once. */
function* runsOf(batches: readonly WaitingBatch[]): Generator<readonly WaitingBatch[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, { member }] of batches.entries()) {
    if (at > from && bytes + member.length > MAX_UNSYNCED_BYTES) {
      yield batches.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += member.length;
  }
  yield batches.slice(from);
}
