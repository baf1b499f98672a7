import { Books } from "../books/books.ts";
import { encodeFileRows, encodeSpanRows, type FileSession } from "../books/collector_rows.ts";
import type { FramedRows } from "../framed_rows.ts";
import { type SessionBooks, SessionEnd } from "../books/session_books.ts";
import type { SessionLog } from "./session_log.ts";
import { type WaitingBatch, type WaitingFile, waitingRows } from "./waiting.ts";

/** What the books are kept with. */
export interface BookKeeperOptions {
  /** What a row spans at least; 0: no books are kept. */
  readonly spanMs: number;
  /** Whether others make rows of what is stored. */
  readonly takesRows?: boolean;
  /** The time of an arrival now, ns since 1970. */
  readonly stamp: () => bigint;
  /** Resolves when everything that came without session is on disk, or lost. */
  readonly commit: () => Promise<void>;
  /** Has rows of a type written among what waits for the disk. */
  readonly write: (folder: string, client: string, type: number, rows: WaitingBatch) => void;
}

/** Writes down, row by row, what becomes of each client's batches (docs/adr/0013-collectors-books.md). */
export class BookKeeper {
  readonly #options: BookKeeperOptions;
  readonly #books: Books | undefined;
  readonly #timer?: ReturnType<typeof setInterval>;
  #closing?: Promise<void>;

  constructor(options: BookKeeperOptions) {
    this.#options = options;
    if (options.takesRows || options.spanMs === 0) return;
    this.#books = new Books(options.spanMs);
    this.#timer = setInterval(() => {
      this.#closing ??= this.#close().finally(() => this.#closing = undefined);
    }, options.spanMs);
  }

  /** Opens the books of a session for one connection; undefined when none are kept. */
  open(folder: string, client: string, session: bigint, log: SessionLog): SessionBooks | undefined {
    const { highest } = log; // what a recovery has found above what is settled is in no row
    const books = this.#books?.ofSession(folder, client, session, highest, this.#options.stamp());
    books?.ends(SessionEnd.None);
    return books;
  }

  /** Notes that the last connection of a session has ended. */
  leave(books: SessionBooks | undefined, isOver: boolean): void {
    books?.ends(isOver ? SessionEnd.Bye : SessionEnd.Gone);
  }

  /** Counts a batch that is on disk. */
  stored(
    { folder, client, type }: Pick<WaitingFile, "folder" | "client" | "type">,
    batch: WaitingBatch,
  ): void {
    const { place, kind, count, arrival, refused } = batch;
    if (kind !== "stored" && kind !== "refused") return;
    const member = refused ?? { type, count };
    if (place) {
      place.books?.count(place.sequence, member);
      place.books?.countTo(place.log.settled);
    } else {
      this.#books?.ofDatagrams(folder, client, arrival - 1n).count(arrival, member);
    }
  }

  /** Counts batches without session that are lost. */
  unstored({ folder, client }: WaitingFile, batches: number): void {
    this.#books?.ofDatagrams(folder, client, this.#options.stamp()).leaveOut(batches);
  }

  /**
   * Writes down what is in a file that is to be deleted. Resolves when that is on disk, or waits for room;
   * at once where no books are kept.
   */
  async expire(
    folder: string,
    client: string,
    file: { readonly name: string; readonly type: number },
    sessions: ReadonlyMap<bigint, FileSession>,
  ): Promise<void> {
    const keepsBooks = this.#books !== undefined || this.#options.takesRows;
    if (!keepsBooks || sessions.size === 0) return;
    const now = this.#options.stamp();
    this.#add(folder, client, encodeFileRows(now, file, sessions), now);
    await this.#options.commit();
  }

  /** Has rows written that others have made. */
  keep(folder: string, client: string, rows: FramedRows): void {
    this.#add(folder, client, rows, this.#options.stamp());
  }

  /** Ends it, but for what `last` is to write. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#closing;
  }

  /** Writes down all that is left to tell. */
  last(): void {
    this.#write(this.#options.stamp(), true);
  }

  async #close(): Promise<void> {
    const now = this.#options.stamp();
    this.#books!.cut(now);
    try {
      await this.#options.commit();
    } catch {
      return; // the store has failed, and says so
    }
    this.#write(now, false);
  }

  #write(now: bigint, isLast: boolean): void {
    for (const { folder, client, rows } of this.#books?.close(now, isLast) ?? []) {
      this.#add(folder, client, encodeSpanRows(now, rows), this.#options.stamp());
    }
  }

  #add(folder: string, client: string, rows: FramedRows, arrival: bigint): void {
    this.#options.write(folder, client, rows.type, waitingRows(rows, arrival));
  }
}
