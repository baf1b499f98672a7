import { StoreError } from "../../base/errors.ts";
import { Fifo } from "../../base/wait/fifo.ts";
import type { Log } from "../../base/program/log_io.ts";
import { RecordCounts } from "../../gather/record_counts.ts";
import type { BatchPart, PackedBatch } from "../../pack/packed_batch.ts";
import { newAgreementKey } from "../../seal/agreement_key_io.ts";
import type {
  BatchSpool,
  NumberedBatches,
  SpooledBatch,
  SpooledSession,
} from "../../transport/sender/batch_spool.ts";
import { sealBatch } from "../../transport/session/sealed_batch.ts";
import { DENO_FILES } from "../files/deno_files_io.ts";
import type { FileLayer, LockedFolder, LockWords } from "../files/file_layer.ts";
import { replaceSmallFile } from "../files/small_file_io.ts";
import { orSyncError, storeError } from "../files/store_error.ts";
import { encodeEntry, PRIORITIES, type ReadEntry } from "./segment.ts";
import { SegmentQueue } from "./segment_queue_io.ts";
import { type Recovered, recoverSpool, STATE } from "./spool_recovery_io.ts";
import { formatState } from "./spool_state.ts";

/** Where a {@linkcode Spool} lies, and how large it may become. */
export interface SpoolOptions {
  /** Made if need be, with mode 0700; one sensor has it for itself. */
  readonly folder: string;
  /** Limit of its files. */
  readonly maxBytes: number;
  /** For whom batches are sealed. */
  readonly collectorKey: Uint8Array;
  /** 0 to 9, of a record type; what has the lowest is dropped first. */
  readonly priorityOf: (type: number) => number;
  readonly log: Log;
  /** How long a file becomes until another one is begun: so much is dropped or freed at a time. */
  readonly segmentBytes?: number;
  readonly layer?: FileLayer;
}

type OnDropped = (parts: readonly BatchPart[]) => void;

const LOCK_WORDS: LockWords = {
  attempt: "use the spool",
  isTaken: "another sensor does; wanted: a folder for each",
};

/** A full spool has about so many files. */
const SEGMENTS = 64;
const MIN_SEGMENT_BYTES = 256 << 10;
const MAX_SEGMENT_BYTES = 4 << 20;
const MAX_READ = 1024;
/** What a batch takes in a file besides its body, at most. */
const ENTRY_OVERHEAD_BYTES = 512;

/**
 * The spool of a sensor: batches on disk, a row of files for each priority (`segment.ts`), so that what is
 * dropped first lies together, and the file `state` (`spool_state.ts`).
 */
export class Spool implements BatchSpool, Disposable {
  readonly folder: string;
  readonly numbered: NumberedBatches | undefined;
  readonly unsure: readonly BatchPart[];
  readonly held = new RecordCounts();
  readonly #options: SpoolOptions;
  readonly #layer: FileLayer;
  readonly #lock: LockedFolder;
  /** By priority, the lowest first. */
  readonly #queues: readonly SegmentQueue[];
  #maxBytes: number;
  #last: number;
  /** All entries up to this one are settled or dropped. */
  #settled: number;
  #session: SpooledSession | undefined;
  /** What has a number and is not settled, and the number of the first. */
  readonly #withNumber = new Fifo<number>();
  #first = 0n;
  /** Whether `state` on disk tells of numbers. */
  #hasNumbersOnDisk: boolean;

  private constructor(options: SpoolOptions, lock: LockedFolder, recovered: Recovered) {
    const { folder, maxBytes, segmentBytes = segmentBytesOf(maxBytes), layer = DENO_FILES } =
      options;
    this.folder = folder;
    this.#options = options;
    this.#layer = layer;
    this.#lock = lock;
    this.#maxBytes = maxBytes;
    const { segments, numbered, hasNumbers, unsure, settled, last } = recovered;
    this.numbered = numbered;
    this.unsure = unsure;
    this.#settled = settled;
    this.#last = last;
    this.#hasNumbersOnDisk = hasNumbers;
    this.#queues = Array.from(
      { length: PRIORITIES },
      (_, priority) =>
        new SegmentQueue(layer, folder, priority, segmentBytes, segments.get(priority) ?? []),
    );
    for (const { unread } of [...segments.values()].flat()) this.held.add(unread.parts);
    if (numbered) this.#note(numbered);
    for (const { parts } of numbered?.batches ?? []) this.held.add(parts);
  }

  /**
   * Takes a spool as a run before this one has left it.
   *
   * @throws StoreError `locked` when another sensor has it; when the folder cannot be used.
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    const { folder, layer = DENO_FILES, log } = options;
    const lock = await layer.lock(folder, LOCK_WORDS);
    try {
      const recovered = await recoverSpool(layer, folder, log);
      const spool = new Spool(options, lock, recovered);
      await spool.tidy();
      return spool;
    } catch (cause) {
      lock[Symbol.dispose]();
      throw storeError(`use the spool "${folder}"`, cause);
    }
  }

  get hasUnread(): boolean {
    return this.#queues.some(({ hasUnread }) => hasUnread);
  }

  get isClear(): boolean {
    return !this.#hasNumbersOnDisk && !this.#queues.some(({ hasFiles }) => hasFiles);
  }

  hasNumbersOf(session: bigint): boolean {
    return this.#hasNumbersOnDisk && this.#session?.session === session;
  }

  get bytes(): number {
    return this.#queues.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  hasRoomFor(batch: PackedBatch): boolean {
    return this.bytes + batch.body.length + ENTRY_OVERHEAD_BYTES <= this.#maxBytes;
  }

  reserve(count: number): number {
    const first = this.#last + 1;
    this.#last += count;
    return first;
  }

  async append(batch: PackedBatch, onDropped: OnDropped, entry = this.reserve(1)): Promise<void> {
    const { collectorKey, priorityOf } = this.#options;
    const sealed = await sealBatch(collectorKey, await newAgreementKey(), batch);
    if (!sealed) throw new RangeError("Cannot seal for a key of low order");
    const priority = Math.min(...batch.parts.map(({ type }) => priorityOf(type)));
    const bytes = encodeEntry(entry, sealed);
    while (await this.#makeRoom(bytes.length, priority, onDropped)) {
      try {
        await this.#queues[priority]!.append(entry, bytes, batch.parts);
        this.held.add(batch.parts);
        return;
      } catch (error) {
        if (!(error instanceof StoreError && error.code === "disk-full")) throw error;
        this.#maxBytes = this.bytes; // others use the disk, too: there is no more for the spool
      }
    }
    onDropped(batch.parts);
  }

  async sync(): Promise<void> {
    for (const queue of this.#queues) await queue.sync();
  }

  async read(maxBytes: number): Promise<readonly SpooledBatch[]> {
    const batches: SpooledBatch[] = [];
    for (let bytes = 0; bytes < maxBytes && batches.length < MAX_READ;) {
      let oldest: { readonly queue: SegmentQueue; readonly read: ReadEntry } | undefined;
      for (const queue of this.#queues) {
        const read = await queue.peek();
        if (read && (!oldest || read.batch.entry < oldest.read.batch.entry)) {
          oldest = { queue, read };
        }
      }
      if (!oldest) break;
      oldest.queue.take(oldest.read);
      batches.push(oldest.read.batch);
      bytes += oldest.read.batch.body.length;
    }
    return batches;
  }

  async number(batches: NumberedBatches): Promise<void> {
    await this.sync();
    this.#note(batches);
    await this.#writeState();
  }

  release({ entry, parts }: SpooledBatch): void {
    this.held.subtract(parts);
    this.#settled = Math.max(this.#settled, entry);
    for (let first = this.#withNumber.at(0); first !== undefined && first <= entry;) {
      this.#withNumber.shift();
      this.#first++;
      first = this.#withNumber.at(0);
    }
  }

  discard({ parts }: SpooledBatch): void {
    this.held.subtract(parts);
  }

  async tidy(forgetsNumbers = false): Promise<void> {
    const isEmpty = this.held.size === 0 && !this.hasUnread;
    if (isEmpty) this.#settled = this.#last;
    const spent = this.#queues.map((queue) => queue.spent(this.#settled, isEmpty));
    const isSpent = spent.some((count) => count > 0);
    // What is settled is known on disk before any of it is gone: else the rest of it would seem lost.
    const hasOldNumbers = this.#hasNumbersOnDisk && this.#withNumber.length === 0;
    const hasRoom = isSpent || (hasOldNumbers && (isEmpty || forgetsNumbers))
      ? await this.#writeState().then(() => true, orDiskFull)
      : true;
    if (isSpent) {
      for (const [n, queue] of this.#queues.entries()) await queue.remove(spent[n]!);
      await this.#syncFolder();
    }
    if (!hasRoom) await this.#writeState();
    if (isEmpty) this.#maxBytes = this.#options.maxBytes;
  }

  [Symbol.dispose](): void {
    for (const queue of this.#queues) queue.close();
    this.#lock[Symbol.dispose]();
  }

  /** Whether there is room; drops for it what is worth no more. */
  async #makeRoom(bytes: number, priority: number, onDropped: OnDropped): Promise<boolean> {
    while (this.bytes + bytes > this.#maxBytes) {
      let parts: readonly BatchPart[] | undefined;
      for (let lowest = 0; lowest <= priority && !parts; lowest++) {
        parts = await this.#queues[lowest]!.dropOldest();
      }
      if (!parts) return false;
      this.held.subtract(parts);
      onDropped(parts);
      await this.#syncFolder();
    }
    return true;
  }

  #note({ session, first, batches }: NumberedBatches): void {
    if (session.session !== this.#session?.session || this.#withNumber.length === 0) {
      while (this.#withNumber.shift() !== undefined);
      this.#session = session;
      this.#first = first;
    }
    const last = this.#withNumber.at(this.#withNumber.length - 1) ?? 0;
    for (const { entry } of batches) if (entry > last) this.#withNumber.push(entry); // once
  }

  async #writeState(): Promise<void> {
    const path = `${this.folder}/${STATE}`;
    const entries = [...this.#withNumber];
    const numbered = entries.length > 0 && this.#session
      ? { session: this.#session, first: this.#first, entries }
      : undefined;
    const text = formatState({ settled: this.#settled, ...(numbered && { numbered }) });
    try {
      await replaceSmallFile(this.#layer, path, text);
    } catch (cause) {
      throw storeError(`write "${path}"`, cause);
    }
    this.#hasNumbersOnDisk = numbered !== undefined;
  }

  async #syncFolder(): Promise<void> {
    await orSyncError(this.folder, this.#layer.syncFolder(this.folder));
  }
}

function segmentBytesOf(maxBytes: number): number {
  return Math.min(Math.max(Math.floor(maxBytes / SEGMENTS), MIN_SEGMENT_BYTES), MAX_SEGMENT_BYTES);
}

/** A full disk has room when something is removed: false for that error. @throws What else it is. */
function orDiskFull(error: unknown): false {
  if (error instanceof StoreError && error.code === "disk-full") return false;
  throw error;
}
