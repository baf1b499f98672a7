import { RecordCounts } from "../../gather/record_counts.ts";
import type { BatchPart } from "../../pack/packed_batch.ts";
import type { FileLayer, LayerFile } from "../files/file_layer.ts";
import { writeAll } from "../files/set_aside_io.ts";
import { orSyncError, storeError } from "../files/store_error.ts";
import { parseEntry, type ReadEntry, SEGMENT_HEADER, segmentName } from "./segment.ts";

/** One file of a spool. */
export class Segment {
  /** What of its batches has not been read. */
  readonly unread = new RecordCounts();
  /** What of it is whole. */
  length = SEGMENT_HEADER.length;
  /** Where the next entry to be read begins. */
  readAt = SEGMENT_HEADER.length;

  /** @param last Its last entry, or the one before its first. */
  constructor(readonly path: string, public last: number) {}

  /** Whether there is a batch that has not been read. */
  get hasUnread(): boolean {
    return this.readAt < this.length;
  }

  /** Notes an entry behind the others. */
  add(entry: number, end: number, parts: readonly BatchPart[]): void {
    this.length = end;
    this.last = entry;
    this.unread.add(parts);
  }

  /** Notes that an entry has been read, and all before it. */
  read(end: number, parts: readonly BatchPart[]): void {
    this.readAt = end;
    this.unread.subtract(parts);
  }
}

/**
 * The batches of one priority in a spool, oldest first: a row of files, read at its front, appended to at
 * its end, and dropped by whole files. To be asked for one thing after another.
 */
export class SegmentQueue {
  readonly #layer: FileLayer;
  readonly #folder: string;
  readonly #priority: number;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  /** The last segment, while it is appended to. */
  #tail: { readonly file: LayerFile; isSynced: boolean; hasName: boolean } | undefined;
  /** What was read last, from some place of a segment on. */
  #buffer:
    | { readonly segment: Segment; readonly from: number; readonly bytes: Uint8Array }
    | undefined;
  /** The oldest batch that has not been read, once it has been looked at. */
  #next: ReadEntry | undefined;

  /** @param segments What is there, in order. */
  constructor(
    layer: FileLayer,
    folder: string,
    priority: number,
    segmentBytes: number,
    segments: Segment[],
  ) {
    this.#layer = layer;
    this.#folder = folder;
    this.#priority = priority;
    this.#segmentBytes = segmentBytes;
    this.#segments = segments;
  }

  /** Length of its files. */
  get bytes(): number {
    return this.#segments.reduce((sum, { length }) => sum + length, 0);
  }

  /** Whether there is a batch that has not been read. */
  get hasUnread(): boolean {
    return this.#segments.some(({ hasUnread }) => hasUnread);
  }

  /** Whether it has files. */
  get hasFiles(): boolean {
    return this.#segments.length > 0;
  }

  /** Appends an entry, in a file of its own if it is one of a gap. @throws StoreError When that fails; then it is not there. */
  async append(entry: number, bytes: Uint8Array, parts: readonly BatchPart[]): Promise<void> {
    const last = this.#segments.at(-1);
    if (this.#tail && (last!.length >= this.#segmentBytes || entry <= last!.last)) {
      await this.#close();
    }
    const { file } = this.#tail ??= await this.#begin(entry);
    const segment = this.#segments.at(-1)!;
    try {
      await writeAll(file, bytes, segment.length);
    } catch (cause) {
      const error = storeError(`write "${segment.path}"`, cause);
      await file.truncate(segment.length).catch((cause) => {
        throw storeError(`cut "${segment.path}" back`, cause);
      });
      throw error;
    }
    this.#tail.isSynced = false;
    segment.add(entry, segment.length + bytes.length, parts);
  }

  /** Makes durable what was appended. @throws StoreError When that fails, which is not to be tried again. */
  async sync(): Promise<void> {
    const tail = this.#tail;
    if (!tail || (tail.isSynced && tail.hasName)) return;
    if (!tail.isSynced) await orSyncError(this.#segments.at(-1)!.path, tail.file.syncData());
    tail.isSynced = true;
    if (!tail.hasName) await orSyncError(this.#folder, this.#layer.syncFolder(this.#folder));
    tail.hasName = true;
  }

  /** The oldest batch that has not been read; undefined when there is none. @throws StoreError */
  async peek(): Promise<ReadEntry | undefined> {
    return this.#next ??= await this.#readNext();
  }

  /** Notes that what {@linkcode SegmentQueue.peek} gave has been read. */
  take({ batch, end }: ReadEntry): void {
    this.#segments.find(({ hasUnread }) => hasUnread)!.read(end, batch.parts);
    this.#next = undefined;
  }

  /** Drops the oldest file of which nothing has been read; undefined when there is none. @throws StoreError */
  async dropOldest(): Promise<readonly BatchPart[] | undefined> {
    const at = this.#segments.findIndex(({ readAt, hasUnread }) =>
      readAt === SEGMENT_HEADER.length && hasUnread
    );
    if (at < 0) return undefined;
    const { unread } = this.#segments[at]!;
    await this.#remove(at);
    return unread.parts;
  }

  /** How many files have nothing that is not settled, if all entries up to this one are. */
  spent(settled: number, withTail: boolean): number {
    const kept = this.#segments.findIndex((segment, at) => {
      const isTail = this.#tail !== undefined && at === this.#segments.length - 1;
      return segment.hasUnread || segment.last > settled || (isTail && !withTail);
    });
    return kept < 0 ? this.#segments.length : kept;
  }

  /** Removes the first files. @throws StoreError */
  async remove(count: number): Promise<void> {
    for (let left = count; left > 0; left--) await this.#remove(0);
  }

  /** Closes what is open. */
  close(): void {
    this.#tail?.file.close();
    this.#tail = undefined;
  }

  async #readNext(): Promise<ReadEntry | undefined> {
    const segment = this.#segments.find(({ hasUnread }) => hasUnread);
    if (!segment) return undefined;
    const buffered = this.#buffer;
    if (buffered?.segment === segment) {
      const entry = parseEntry(buffered.bytes, segment.readAt - buffered.from);
      if (entry) return { ...entry, end: buffered.from + entry.end };
    }
    const from = segment.readAt;
    const bytes = await readFile(this.#layer, segment.path, from, segment.length);
    this.#buffer = { segment, from, bytes };
    const entry = parseEntry(bytes, 0);
    if (entry) return { ...entry, end: from + entry.end };
    throw storeError(`read "${segment.path}"`, new Error("it has changed since it was written"));
  }

  async #begin(entry: number) {
    const path = `${this.#folder}/${segmentName(this.#priority, entry)}`;
    let file: LayerFile | undefined;
    try {
      file = await this.#layer.open(path, "create");
      await writeAll(file, SEGMENT_HEADER, 0);
    } catch (cause) {
      file?.close();
      if (file) await this.#layer.remove(path).catch(() => {}); // it is no segment, and the next start knows
      throw storeError(`write "${path}"`, cause);
    }
    this.#segments.push(new Segment(path, entry - 1));
    return { file, isSynced: false, hasName: false };
  }

  async #close(): Promise<void> {
    await this.sync();
    this.close();
  }

  async #remove(at: number): Promise<void> {
    const segment = this.#segments[at]!;
    if (at === this.#segments.length - 1) this.close();
    try {
      await this.#layer.remove(segment.path);
    } catch (cause) {
      throw storeError(`remove "${segment.path}"`, cause);
    }
    this.#segments.splice(at, 1);
    if (this.#buffer?.segment === segment) this.#buffer = this.#next = undefined;
  }
}

/** The bytes of a file between two places; fewer when it is shorter. @throws StoreError */
export async function readFile(
  layer: FileLayer,
  path: string,
  from: number,
  to: number,
): Promise<Uint8Array> {
  let file: LayerFile | undefined;
  try {
    file = await layer.open(path, "read");
    const bytes = new Uint8Array(to - from);
    let length = 0;
    while (length < bytes.length) {
      const read = await file.read(bytes.subarray(length), from + length);
      if (read === null) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } catch (cause) {
    throw storeError(`read "${path}"`, cause);
  } finally {
    file?.close();
  }
}
