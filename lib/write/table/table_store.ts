import { splitRecords } from "../../base/record/delimited.ts";
import { messageOf, StoreError } from "../../base/errors.ts";
import type { CheckedBatch } from "../../verify/check_batch.ts";
import type { CheckedSessionBatch } from "../../verify/check_session_batch.ts";
import { takeRecords } from "../../verify/take_records.ts";
import { StoreCounts } from "../files/store_counts.ts";
import type { FramedRows } from "../framed_rows.ts";
import type { Store, StoredSession } from "../store.ts";
import type { BatchTable, TableSession } from "./batch_table.ts";
import { OpenTableSession } from "./open_table_session.ts";

/** Who is told what becomes of a {@linkcode TableStore}. */
export interface TableListener {
  /** The table has thrown. */
  readonly onFailure?: () => void;
  /** Records of a client are durable, of so many bytes. */
  readonly onStored?: (client: string, count: number, bytes: number) => void;
}

/** A store in a {@linkcode BatchTable}, which belongs to it. */
export class TableStore implements Store {
  readonly counts = new StoreCounts();
  readonly id: Uint8Array;
  readonly #table: BatchTable;
  readonly #listener: TableListener;
  readonly #sessions = new Map<string, OpenTableSession>();
  #last: Promise<unknown> = Promise.resolve();
  #failure: StoreError | undefined;
  #isClosed = false;

  constructor(table: BatchTable, listener: TableListener = {}) {
    this.#table = table;
    this.#listener = listener;
    this.id = table.id;
  }

  async append({ clientId, type, count, records }: CheckedBatch): Promise<void> {
    await this.#add(clientId, type, records);
    this.#count(clientId, type, count, records.length);
  }

  async keep(client: string, { type, records }: FramedRows): Promise<void> {
    await this.#add(client, type, records);
  }

  commit(): Promise<void> {
    return this.#run(() => Promise.resolve());
  }

  async openSession(
    client: string,
    session: bigint,
    onSettled: (settled: bigint) => void,
    signal?: AbortSignal,
  ): Promise<StoredSession> {
    if (session === 0n) throw new RangeError("Cannot open session 0");
    if (this.#isClosed) throw new TypeError("The store has been closed");
    signal?.throwIfAborted();
    const key = `${session} ${client}`;
    const kept = await this.#readUnused(key, () => this.#table.read(client, session));
    const opened: OpenTableSession = new OpenTableSession(
      kept,
      onSettled,
      async (settled, batches) => {
        await this.#run(() => this.#write(client, session, settled, batches));
      },
      () => {
        if (this.#sessions.get(key) === opened) this.#sessions.delete(key);
      },
    );
    this.#sessions.set(key, opened);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stored = [...this.#sessions.values()].map((session) => session.drained());
    this.#isClosed = true;
    for (const session of this.#sessions.values()) session.close();
    await Promise.allSettled(stored);
    await this.#last.catch(() => {});
    await this.#table.close();
  }

  /** Reads a session when no use of it is open, nor has begun while it was read. */
  async #readUnused(key: string, read: () => Promise<TableSession>): Promise<TableSession> {
    for (;;) {
      const before = this.#sessions.get(key);
      before?.close();
      await before?.drained();
      const kept = await this.#run(read);
      const now = this.#sessions.get(key);
      if (now === undefined || now === before) return kept;
    }
  }

  async #add(client: string, type: number, framed: Uint8Array): Promise<void> {
    if (this.#isClosed) throw new TypeError("The store has been closed");
    await this.#run(() => this.#table.add(client, { type, records: splitRecords(framed) }));
  }

  async #write(
    client: string,
    session: bigint,
    settled: bigint,
    batches: readonly CheckedSessionBatch[],
  ): Promise<void> {
    const taken = batches.map((batch) => ({ ...batch, records: [...takeRecords(batch)] }));
    await this.#table.write({
      ...{ client, session, settled },
      batches: taken.map(({ sequence, digest, reason, records }) => {
        return { sequence, digest, reason, records };
      }),
    });
    for (const { reason, records } of taken) {
      if (reason !== 0) this.counts.refused++;
      for (const { type, records: each } of records) {
        this.#count(client, type, each.length, each.reduce((sum, { length }) => sum + length, 0));
      }
    }
  }

  #count(client: string, type: number, count: number, bytes: number): void {
    this.#listener.onStored?.(client, count, bytes);
    const batch = { kind: "stored", count } as const;
    this.counts.count(type, { batch, recordBytes: bytes, memberBytes: bytes });
  }

  /** Runs one thing of the table's at a time; nothing more once one has failed. */
  #run<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(() => {
      if (this.#failure) throw this.#failure;
      return work();
    });
    this.#last = done.catch((cause) => {
      if (this.#failure) return;
      this.#failure = new StoreError("write-failed", `Cannot store: ${messageOf(cause)}`, {
        cause,
      });
      this.#listener.onFailure?.();
    });
    return done.catch(() => {
      throw this.#failure;
    });
  }
}
