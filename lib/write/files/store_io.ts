import type { StoreError } from "../../base/errors.ts";
import { rest } from "../../base/wait/rest_io.ts";
import { unlessAborted } from "../../base/wait/unless_aborted.ts";
import { MAX_MEMBER_RECORDS_BYTES } from "../../pack/member.ts";
import type { CheckedBatch } from "../../verify/check_batch.ts";
import type { SessionBooks } from "../books/session_books.ts";
import { BatchWriter } from "./batch_writer_io.ts";
import { BookKeeper } from "./book_keeper_io.ts";
import { folderOfClient } from "./client_name.ts";
import { type Client, Clients } from "./clients_io.ts";
import { CommitLoop } from "./commit_loop_io.ts";
import { DENO_FILES } from "./deno_files_io.ts";
import type { FileLayer, LockedFolder } from "./file_layer.ts";
import type { FramedRows } from "../framed_rows.ts";
import { filedType, recordFileName, typeOfFile, UNKNOWN_TYPE } from "./file_names.ts";
import { OpenSessions } from "./open_sessions.ts";
import type { FileHeader } from "./header_member.ts";
import type { Recovered } from "./recovery_io.ts";
import { Retention } from "./retention_io.ts";
import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";
import type { StoreClock } from "./store_clock.ts";
import type { Store, StoredSession } from "../store.ts";
import type { SetAside } from "./set_aside_io.ts";
import { SessionLog } from "./session_log.ts";
import { openStoreId } from "./store_id_io.ts";
import {
  type FileLimits,
  fileLimits,
  type FileOptions,
  type STORE_DEFAULTS,
  type StoreOptions,
  withDefaults,
} from "./store_options.ts";
import { type ExpiredCounts, StoreCounts, type StoredCounts } from "./store_counts.ts";
import { SYSTEM_CLOCK } from "./system_clock_io.ts";
import {
  type WaitingBatch,
  waitingBatch,
  type WaitingFile,
  waitingNote,
  waitingSessionBatch,
} from "./waiting.ts";

/** What a batch and what a file take while they wait, besides their bytes and its client's name. */
const BATCH_COST_BYTES = 1024;
const FILE_COST_BYTES = 3072;

/** A session that is open. */
interface OpenedSession {
  readonly folder: string;
  readonly client: string;
  readonly session: bigint;
  readonly log: SessionLog;
  readonly books?: SessionBooks;
}

/**
 * The record files of all clients below one folder: `<folder>/<client>/<Type>.ncap.gz`. Batches are
 * gathered for a moment, then written file by file; each file is synced once, and then each folder
 * that has a new name. Only then a batch of a session is settled.
 *
 * A batch of a session that finds no room on the disk, or whose file cannot be opened, waits and is
 * tried again; one without session is lost then, and counted. A failed sync, or a write that leaves
 * a file in an unknown state, is the end: the store keeps what it has, and every call throws from
 * then on.
 *
 * Until it fails, `appended = stored + refused + unstored + waiting`, in batches.
 */
export class RecordStore implements Store {
  /** Tells this folder from all others: 16 bytes. */
  readonly id: Uint8Array;
  readonly #folder: string;
  readonly #lock: LockedFolder;
  readonly #clock: StoreClock;
  readonly #options: StoreOptions & typeof STORE_DEFAULTS;
  readonly #layer: FileLayer;
  readonly #clients: Clients;
  readonly #writer: BatchWriter;
  /** What it has done with what came. */
  readonly counts = new StoreCounts();
  readonly #sessions = new OpenSessions();
  readonly #retention: Retention;
  readonly #loop: CommitLoop;
  readonly #limits: FileLimits;
  readonly #books: BookKeeper;
  #lastArrival = 0n;

  private constructor(folder: string, lock: LockedFolder, id: Uint8Array, options: StoreOptions) {
    this.id = id;
    const all = withDefaults(options);
    this.#folder = folder;
    this.#lock = lock;
    this.#options = all;
    const limits = this.#limits = fileLimits(options);
    const clock = this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#layer = options.layer ?? DENO_FILES;
    this.#clients = new Clients(
      this.#layer,
      (recovered) => this.#recovered(recovered),
      (error) => this.#loop.fail(error),
    );
    this.#writer = new BatchWriter(this.#layer, folder, this.#clients, {
      ...all,
      limits,
      clock,
      onNew: (path) => options.onNewFile?.(this.#below(path)),
      onRotated: (path) => {
        options.onRotated?.(this.#below(path));
        this.#retention.pass(path.slice(0, path.lastIndexOf("/")));
      },
      onSetAside: (setAside) => this.#tellSetAside(setAside),
      onStored: options.onStored,
    });
    this.#books = new BookKeeper({
      ...{ spanMs: all.spanMs, takesRows: all.takesRows },
      stamp: () => this.#stamp(),
      commit: () => this.#loop.commit(),
      write: (folder, client, type, rows) =>
        this.#add(folder, client, { type, containsPayloads: false }, rows),
    });
    this.#loop = new CommitLoop(
      all,
      this.#writer,
      this.#sessions,
      this.counts,
      this.#books,
      (folder) => this.#retention.pass(folder),
    );
    this.#retention = new Retention(this.#layer, folder, this.#clients, { limits, clock }, {
      note: (folder, header, session, log) => this.#note(folder, header, session, log),
      expire: (folder, client, file, sessions) =>
        this.#books.expire(folder, client, file, sessions),
      expired: (file) => {
        this.counts.countExpired(file);
        options.onExpired?.(file);
      },
      exceeded: (folder, bytes) => options.onExceeded?.(this.#below(folder), bytes),
      failed: (error) => {
        if (error.code === "sync-failed") this.#loop.fail(error);
        else options.onRetentionFailure?.(error);
      },
    });
  }

  /**
   * Makes the folder if need be and locks it.
   *
   * @throws StoreError `locked` when another collector stores there, `newer-version` when a newer one has.
   */
  static async open(folder: string, options: StoreOptions): Promise<RecordStore> {
    const layer = options.layer ?? DENO_FILES;
    const lock = await layer.lock(folder);
    let id: Uint8Array;
    try {
      id = await openStoreId(layer, folder);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
    const store = new RecordStore(folder, lock, id, options);
    store.#retention.passAll();
    return store;
  }

  /** From now on files become as long, and are kept as long, as these options say. */
  limit(options: FileOptions): void {
    Object.assign(this.#limits, fileLimits(options));
    this.#retention.passAll();
  }

  /** What is on disk, by record type. */
  get stored(): ReadonlyMap<number, StoredCounts> {
    return this.counts.stored;
  }

  /** Refused batches of sessions that are on disk as such. */
  get refused(): number {
    return this.counts.refused;
  }

  /** Batches without session that are lost since their file could not be opened or had no room. */
  get unstored(): number {
    return this.counts.unstored;
  }

  /** What was in files that have been deleted since they were too old or too many. */
  get expired(): Readonly<ExpiredCounts> {
    return this.counts.expired;
  }

  /** Files put aside since batches in them that had been settled are damaged. */
  get damagedFiles(): number {
    return this.counts.damagedFiles;
  }

  /**
   * Takes a batch without session. It is packed at once, so its bytes are the caller's again when
   * this returns; that it is on disk is what `commit` waits for. Waits while too much waits for the
   * disk, and at a client's first batch for the recovery of its files.
   *
   * @throws StoreError When the store has failed; batches that were not committed are lost.
   */
  async append(batch: CheckedBatch): Promise<void> {
    const { clientId: client } = batch;
    const folder = this.#folderOf(client);
    if (!this.#clients.isReady(folder)) await this.#recover(folder);
    await this.#loop.room();
    this.#loop.check();
    const waiting = waitingBatch(batch, this.#stamp());
    this.#add(folder, client, batch, waiting, waiting.memberBytes + BATCH_COST_BYTES);
  }

  /** Takes rows of the collector's own, when the client's files are recovered. @throws StoreError */
  async keep(client: string, rows: FramedRows): Promise<void> {
    const folder = this.#folderOf(client);
    if (!this.#clients.isReady(folder)) await this.#recover(folder);
    this.#loop.check();
    this.#books.keep(folder, client, rows);
  }

  /**
   * As {@linkcode Store.openSession}. What is stored of it is read out of the client's files at the first
   * use of the client, for others too when `signal` aborts; `onSettled` is told once for all that is written
   * at a time, as many files as may be open.
   *
   * @throws StoreError When the files cannot be recovered, or the store has failed; the signal's
   * reason when it has aborted.
   */
  async openSession(
    client: string,
    session: bigint,
    onSettled: (settled: bigint) => void,
    signal?: AbortSignal,
  ): Promise<StoredSession> {
    if (session === 0n) throw new RangeError("Cannot open session 0: it stands for none");
    const folder = this.#folderOf(client);
    const used = await this.#useClient(folder, signal);
    used.name = client;
    const log = used.sessions.get(session) ?? new SessionLog();
    used.sessions.set(session, log);
    log.users++;
    const books = this.#books.open(folder, client, session, log);
    const release = (isOver = false) => {
      if (isOver && !this.#loop.isClosing) this.#noteSettled(folder, client, session, log);
      const isLast = --log.users === 0;
      if (isLast && !this.#loop.isClosing) this.#books.leave(books, isOver);
      if (isLast && log.isBlank) used.sessions.delete(session);
      this.#clients.release(folder, used);
    };
    try {
      const of = { folder, client, session, log, books };
      const submit = (batch: CheckedSessionBatch, missing: readonly number[]) =>
        this.#submit(of, batch, missing);
      return await this.#sessions.open(log, submit, onSettled, release, books, signal);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Returns when everything appended without session is on disk or counted as unstored. @throws StoreError */
  async commit(): Promise<void> {
    await this.#loop.commit();
  }

  /**
   * Stores what was appended, if it can be, closes all files and unlocks the folder. Whoever waits
   * for the recovery of a client is turned away: nothing touches the folder any more.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#retention.close();
    await this.#books.stop();
    await this.#loop.close(() => {
      this.#books.last();
      for (const [folder, { name, sessions }] of this.#clients.remembered()) {
        for (const [session, log] of name === undefined ? [] : sessions) {
          this.#noteSettled(folder, name!, session, log);
        }
      }
    });
    await this.#clients.close();
    this.#writer.close();
    this.#lock[Symbol.dispose]();
  }

  #submit(
    { folder, client, session, log, books }: OpenedSession,
    batch: CheckedSessionBatch,
    missing: readonly number[],
  ): void {
    this.#loop.check();
    const { claims, parts, containsPayloads } = batch;
    for (const part of parts) {
      const { type } = part;
      if (filedType(type) !== type) {
        throw new RangeError(`Cannot store records of type ${type}: there is none`);
      }
      if ("recordBytes" in part && part.recordBytes > MAX_MEMBER_RECORDS_BYTES) {
        throw new RangeError(`Cannot store ${part.recordBytes} bytes of records in one member`);
      }
    }
    this.#sessions.take(log, batch, missing);
    const arrival = this.#stamp();
    for (const part of missing) {
      // What is refused of several types belongs to none of their files.
      const type = parts[part - 1]?.type ?? (claims.length === 1 ? claims[0]!.type : UNKNOWN_TYPE);
      const waiting = waitingSessionBatch(batch, part, session, log, arrival, books);
      // Its bytes are bounded by what the session's sensor may send.
      this.#add(folder, client, { type, containsPayloads }, waiting);
    }
  }

  #add(
    folder: string,
    client: string,
    { type: ofBatch, containsPayloads }: Pick<WaitingFile, "type" | "containsPayloads">,
    waiting: WaitingBatch,
    bytes = 0,
  ): void {
    const type = filedType(ofBatch);
    const path = `${folder}/${recordFileName(type)}`;
    const fileBytes = bytes > 0 ? client.length + FILE_COST_BYTES : 0;
    const { arrival } = waiting;
    const file = { folder, path, client, type, containsPayloads, arrival };
    this.#loop.add(file, waiting, bytes, fileBytes);
  }

  #note(
    folder: string,
    header: Pick<FileHeader, "InputSource" | "Type" | "ContainsPayloads">,
    session: bigint,
    log: SessionLog,
  ): void {
    const { InputSource: client, Type: type, ContainsPayloads: containsPayloads } = header;
    const note = waitingNote(session, log, this.#stamp());
    this.#add(folder, client, { type, containsPayloads }, note);
  }

  /** Of a session's last batches no member tells that they are settled: nothing came after them. */
  #noteSettled(folder: string, client: string, session: bigint, log: SessionLog): void {
    const type = typeOfFile(log.recordedIn);
    if (log.settled <= log.recorded || type === undefined) return;
    const header = { InputSource: client, Type: type, ContainsPayloads: false };
    this.#note(folder, header, session, log);
  }

  #folderOf(client: string): string {
    return `${this.#folder}/${folderOfClient(client, this.#lock.foldsCase)}`;
  }

  /** Has a client's files recovered, lest a round, and all that is in it, waits for that. */
  async #recover(folder: string): Promise<void> {
    try {
      this.#clients.release(folder, await this.#clients.use(folder));
    } catch {
      // The round finds the same, and says it of what is lost.
    }
  }

  async #useClient(folder: string, signal?: AbortSignal): Promise<Client> {
    for (;;) {
      this.#loop.check();
      const using = this.#clients.use(folder);
      try {
        return await unlessAborted(using, signal);
      } catch (cause) {
        if (signal?.aborted) {
          using.then((client) => this.#clients.release(folder, client)).catch(() => {});
          throw signal.reason;
        }
        const error = cause as StoreError;
        if (error.code !== "disk-full" || this.#loop.isClosing) throw error;
        this.#options.onUnstored?.(0, error); // the session waits for room to mend its files
        await rest(this.#options.retryMs, signal);
        signal?.throwIfAborted();
      }
    }
  }

  #recovered({ lengths, setAside, noticed }: Recovered): void {
    this.#writer.know(lengths);
    noticed.forEach((line) => this.#options.onNoticed?.(line));
    setAside.forEach((each) => this.#tellSetAside(each));
  }

  #tellSetAside({ path, why, isDamaged }: SetAside): void {
    if (isDamaged) this.counts.damagedFiles++;
    this.#options.onSetAside?.(path, why);
  }

  #below(path: string): string {
    return path.slice(this.#folder.length + 1);
  }

  /** The time of an arrival, ns: a later one has a later time, so that a recovery knows their order. */
  #stamp(): bigint {
    const now = BigInt(this.#clock.wallMs()) * 1_000_000n;
    return this.#lastArrival = now > this.#lastArrival ? now : this.#lastArrival + 1n;
  }
}
