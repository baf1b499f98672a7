import { isLedgerType } from "../../base/record/record_types.ts";
import type { FileSession } from "../books/collector_rows.ts";
import type { StoreError } from "../../base/errors.ts";
import { type MemberHeader, MIN_MEMBER_BYTES } from "../../pack/member.ts";
import { BookCompaction } from "./book_compaction_io.ts";
import { isFolderOfClient } from "./client_name.ts";
import type { Client, Clients } from "./clients_io.ts";
import type { FileLayer } from "./file_layer.ts";
import { parseFileName } from "./file_names.ts";
import { type FileHeader, readHeaderMember } from "./header_member.ts";
import { FileWindow, hopMembers } from "./member_survey_io.ts";
import type { SessionLog } from "./session_log.ts";
import { SteadyTime } from "./steady_time.ts";
import type { StoreClock } from "./store_clock.ts";
import type { FileLimits } from "./store_options.ts";
import type { ExpiredFile } from "./store_counts.ts";
import { storeError } from "./store_error.ts";
import { syncFolders } from "./sync_folders_io.ts";

/** How long rotated files are kept. */
export interface KeepOptions {
  /** May change. */
  readonly limits: Readonly<Pick<FileLimits, "keepDays" | "keepBytes" | "keepLedgerDays">>;
  readonly clock: StoreClock;
}

/** What the retention asks and tells its store. */
export interface RetentionEvents {
  /**
   * Asks for a member in the newest file of that header's type that tells what is settled of a
   * session: nothing else does when a file goes.
   */
  note(folder: string, header: FileHeader, session: bigint, log: SessionLog): void;
  /** Resolves when it is written down what is in a file that is to go, or waits for room. */
  expire(folder: string, client: string, file: NamedFile, sessions: FileSessions): Promise<void>;
  expired(file: ExpiredFile): void;
  /** Told once when a client's files take more than is to be kept, so many bytes, and none may go. */
  exceeded(folder: string, bytes: number): void;
  /** Told why the files of a client could not be looked through. */
  failed(error: StoreError): void;
}

/** A file in a client's folder. */
type NamedFile = { readonly name: string; readonly type: number };
/** What the sessions have in a file; what came without one is that of session 0. */
type FileSessions = ReadonlyMap<bigint, FileSession>;

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

/**
 * Compacts the books in rotated files, and deletes rotated files that are too old or too many. Never one with a batch whose settlement no
 * other file tells: that is noted elsewhere first, and the file goes at the next pass. One that is
 * not old stays where the notes would take more than half of it: else notes of many sessions would
 * drive each other out for ever. Never the newest of a type.
 */
export class Retention {
  readonly #layer: FileLayer;
  readonly #folder: string;
  readonly #clients: Clients;
  readonly #keep: KeepOptions;
  readonly #events: RetentionEvents;
  readonly #compaction: BookCompaction;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Folders of clients to pass over. */
  readonly #due = new Set<string>();
  /** Those whose files take too much, although none may go. */
  readonly #exceeded = new Set<string>();
  readonly #time: SteadyTime;
  /** When files were first seen whose names lie in the future, by path. */
  readonly #seenMs = new Map<string, number>();
  #running?: Promise<void>;
  #isClosed = false;

  constructor(
    layer: FileLayer,
    folder: string,
    clients: Clients,
    keep: KeepOptions,
    events: RetentionEvents,
  ) {
    this.#layer = layer;
    this.#folder = folder;
    this.#clients = clients;
    this.#keep = keep;
    this.#events = events;
    this.#compaction = new BookCompaction(layer);
    const { clock } = keep;
    this.#time = new SteadyTime(clock.wallMs(), clock.monotonicMs());
    this.#timer = setInterval(() => this.passAll(), EVERY_MS);
  }

  /** Passes over a client's files soon. */
  pass(folder: string): void {
    if (this.#isClosed) return;
    this.#due.add(folder);
    this.#running ??= this.#run();
  }

  /** Passes over all clients' files; of clients that nobody uses only if some may have to be deleted. */
  async passAll(): Promise<void> {
    for (const [folder] of this.#clients.remembered()) this.pass(folder);
    if (this.#keepsAll()) return;
    try {
      for (const name of await this.#layer.readFolders(this.#folder)) {
        if (isFolderOfClient(name)) this.pass(`${this.#folder}/${name}`);
      }
    } catch (error) {
      this.#events.failed(storeError(`look through "${this.#folder}"`, error));
    }
  }

  /** Ends it; a pass that is under way is finished. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#due.clear();
    await this.#running;
  }

  #keepsAll(): boolean {
    const { keepDays, keepBytes } = this.#keep.limits;
    return keepDays === 0 && keepBytes === 0;
  }

  async #run(): Promise<void> {
    for (const folder of this.#due) {
      this.#due.delete(folder);
      try {
        const client = await this.#clients.use(folder);
        try {
          if (!this.#keepsAll()) await this.#expire(folder, client);
          await this.#compaction.pass(folder, client, this.#keep.clock.wallMs());
        } finally {
          this.#clients.release(folder, client);
        }
      } catch (error) {
        this.#events.failed(storeError(`look through "${folder}"`, error));
      }
    }
    this.#running = undefined;
  }

  async #expire(folder: string, client: Client): Promise<void> {
    const { limits: { keepDays, keepBytes, keepLedgerDays }, clock } = this.#keep;
    const nowMs = this.#time.now(clock.wallMs(), clock.monotonicMs());
    const before = (days: number) => days > 0 ? nowMs - days * DAY_MS : -Infinity;
    const beforeLedger = before(keepLedgerDays && Math.max(keepDays, keepLedgerDays));
    const { total, rotated } = await this.#list(folder);
    let excess = keepBytes > 0 ? total - keepBytes : 0;
    let isDeleted = false;
    let isNoted = false;
    for (const file of rotated) {
      const isOfLedger = isLedgerType(file.type);
      const isOld = this.#rotatedMs(file, nowMs) < (isOfLedger ? beforeLedger : before(keepDays));
      if (!isOld && (excess <= 0 || isOfLedger)) continue;
      const deleted = await this.#delete(folder, file, isOld ? Infinity : file.size / 2, client);
      isNoted ||= deleted === "noted";
      if (typeof deleted !== "object") continue;
      isDeleted = true;
      this.#seenMs.delete(file.path);
      if (!isOfLedger) excess -= file.size;
      this.#events.expired(deleted);
    }
    if (isDeleted) await syncFolders(this.#layer, [folder]);
    if (excess <= 0) this.#exceeded.delete(folder);
    else if (!isNoted && !this.#exceeded.has(folder)) {
      this.#exceeded.add(folder);
      this.#events.exceeded(folder, keepBytes + excess);
    }
  }

  /** When a file was rotated; that of a name in the future counts from when it was first seen. */
  #rotatedMs({ path, timeMs }: RotatedFile, nowMs: number): number {
    const seenMs = this.#seenMs.get(path);
    if (seenMs !== undefined) return Math.min(timeMs, seenMs);
    if (timeMs > nowMs) this.#seenMs.set(path, nowMs);
    return timeMs;
  }

  /** What the record files take, and the rotated ones that may go, oldest first. */
  async #list(folder: string): Promise<{ total: number; rotated: RotatedFile[] }> {
    let total = 0;
    const rotated: RotatedFile[] = [];
    const newest = new Map<string, number>();
    for (const name of await this.#layer.readFolder(folder)) {
      const parsed = parseFileName(name);
      if (!parsed) continue;
      const path = `${folder}/${name}`;
      const there = await this.#layer.stat(path);
      if (there?.kind !== "file") continue;
      const { size } = there;
      if (!isLedgerType(parsed.type)) total += size;
      const timeMs = parsed.kind === "rotated" ? parsed.timeMs : Infinity;
      if (parsed.kind === "damaged") continue;
      if (parsed.kind === "rotated") rotated.push({ path, type: parsed.type, timeMs, size });
      newest.set(parsed.type, Math.max(timeMs, newest.get(parsed.type) ?? 0));
    }
    const old = rotated.filter(({ type, timeMs }) => timeMs < newest.get(type)!);
    return { total, rotated: old.sort((a, b) => a.timeMs - b.timeMs) };
  }

  /**
   * Deletes a file if it may go; else sees to it that it may later, where notes of at most
   * `maxNoteBytes` do that.
   */
  async #delete(
    folder: string,
    { path, type, size }: RotatedFile,
    maxNoteBytes: number,
    { sessions }: Client,
  ): Promise<ExpiredFile | "noted" | undefined> {
    const held = new Map<bigint, FileSession>();
    const header = await this.#read(path, size, (member) => addMember(held, member));
    if (header === undefined) return undefined; // damaged: for whoever runs this to look at
    const toNote: [session: bigint, log: SessionLog][] = [];
    for (const [session, { lastSequence: sequence }] of held) {
      if (session === 0n) continue;
      const log = sessions.get(session);
      if (log === undefined || sequence > log.settled) return undefined;
      if (sequence > log.recorded || log.recordedIn === path) toNote.push([session, log]);
    }
    if (toNote.length > 0) {
      if (toNote.length * MIN_MEMBER_BYTES > maxNoteBytes) return undefined;
      for (const [session, log] of toNote) this.#events.note(folder, header, session, log);
      return "noted";
    }
    const { InputSource: client, Type } = header;
    const file = { name: path.slice(folder.length + 1), type: Type };
    if (!isLedgerType(type)) await this.#events.expire(folder, client, file, held);
    await this.#layer.remove(path);
    const sum = { batches: 0, records: 0 };
    for (const { batches, records } of held.values()) {
      sum.batches += batches;
      sum.records += records;
    }
    return { path, ...sum, bytes: size };
  }

  /** Hops over a whole file and returns its header; undefined when it is not whole. */
  async #read(
    path: string,
    size: number,
    visit: (header: MemberHeader) => void,
  ): Promise<FileHeader | undefined> {
    const file = await this.#layer.open(path, "read");
    try {
      const window = new FileWindow(file);
      let first: MemberHeader | undefined;
      const { problem } = await hopMembers(window, size, (_at, header) => {
        first ??= header;
        visit(header);
      });
      if (problem !== undefined || first === undefined) return undefined;
      return readHeaderMember(await window.read(0, first.length), first);
    } finally {
      file.close();
    }
  }
}

interface RotatedFile {
  readonly path: string;
  readonly type: string;
  readonly timeMs: number;
  readonly size: number;
}

/** Adds a member to what its session has in a file; a refused batch and a note hold no records. */
function addMember(held: Map<bigint, FileSession>, member: MemberHeader): void {
  const { session, sequence, count, arrival } = member;
  if (session === 0n && count === 0) return; // the file's header
  let of = held.get(session);
  if (!of) {
    of = {
      ...{ first: arrival, last: arrival, firstSequence: sequence, lastSequence: sequence },
      ...{ batches: 0, records: 0 },
    };
    held.set(session, of);
  }
  if (arrival > of.last) of.last = arrival;
  if (sequence > of.lastSequence) of.lastSequence = sequence;
  if (sequence < of.firstSequence) of.firstSequence = sequence;
  of.records += count;
  if (count > 0) of.batches++;
}
