import type { RecordsOfPart } from "../../verify/take_records.ts";

/** A batch of a session, as a table keeps it. */
export interface TableBatch {
  /** Its number in the session. */
  readonly sequence: bigint;
  /** Tells it from another batch of its number: 8 bytes. */
  readonly digest: Uint8Array;
  /** Why it was refused, 0 when it was not (docs/protocol.md); a refused one is kept, and has no records. */
  readonly reason: number;
  /** What it holds, one for each type. */
  readonly records: readonly RecordsOfPart[];
}

/** What is to become durable at once: all of it, or nothing. */
export interface TableChange {
  /** Name of the sensor. */
  readonly client: string;
  /** Its session. */
  readonly session: bigint;
  /** Up to here all batches of the session are there, or given up: replaces what was kept. */
  readonly settled: bigint;
  /** Batches of it, none of which is there. */
  readonly batches: readonly TableBatch[];
}

/** What is kept of a session. */
export interface TableSession {
  /** As last written; 0 for one that is not known. */
  readonly settled: bigint;
  /** The digests of batches that are there above that, by their numbers. */
  readonly above: ReadonlyMap<bigint, Uint8Array>;
}

/**
 * A place of one's own to keep records in: a database, say. A collector does the rest: which batch is
 * settled, comes twice, or is another one than it says. It calls one method at a time, and waits for it.
 * What these throw ends the collector; what was not acknowledged by then the sensors send again.
 */
export interface BatchTable {
  /** Tells this place from all others, for as long as what is kept there: 16 random bytes. */
  readonly id: Uint8Array;
  /** What is kept of a session. */
  read(client: string, session: bigint): Promise<TableSession>;
  /** Makes a change durable; the arrays are the caller's again when this resolves. */
  write(change: TableChange): Promise<void>;
  /** Makes records durable that no session has brought: of datagrams, and rows of the collector's books. */
  add(client: string, records: RecordsOfPart): Promise<void>;
  /** Called at the end. */
  close(): Promise<void>;
}
