import type { RecordSink } from "../base/record/record_sink.ts";
import { release } from "../base/bytes/release.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";
import type { Batch, TypeCount } from "./batch.ts";
import { OpenBatch } from "./open_batch.ts";

/** Room behind the limit for the record that does not fit any more. */
const SLACK_BYTES = 2048;
/** Most types have few records: an open batch begins with this part of a buffer, which doubles. */
const FIRST_PART = 1 / 32;
/** Bytes of buffers kept for batches to come: more than are under way at a time. */
const MAX_FREE_BYTES = 8 << 20;

/**
 * The open batches, one per record type. Decoders write straight into them; a batch is closed and
 * handed to `onBatch` when the next record would pass `maxBytes` (that record opens the next
 * batch), when its oldest record is `maxAgeMs` old, and at the end.
 */
export class Batches implements RecordSink {
  readonly #maxBytes: number;
  readonly #onBatch: (batch: Batch) => void;
  /** By record type. */
  readonly #open: (OpenBatch | undefined)[] = [];
  readonly #bufferBytes: number;
  readonly #buffers: FreeBuffers;
  #nowMs = 0;

  /**
   * @param maxBytes Limit of `data` in bytes, length prefixes included; a single larger record makes
   * a batch of its own.
   * @param onBatch Takes ownership of the batch and its buffer, see {@linkcode Batches.recycle}.
   */
  constructor(maxBytes: number, onBatch: (batch: Batch) => void) {
    if (!(maxBytes > 0)) throw new RangeError(`A batch needs room, not ${maxBytes} bytes`);
    this.#maxBytes = maxBytes;
    this.#onBatch = onBatch;
    this.#bufferBytes = Math.ceil((maxBytes + SLACK_BYTES) * FIRST_PART) / FIRST_PART;
    this.#buffers = new FreeBuffers(this.#bufferBytes);
  }

  begin(type: number): WireWriter {
    const open = this.#open[type] ?? this.#openFirst(type);
    return open.begin();
  }

  commit(type: number): boolean {
    const open = this.#open[type]!;
    if (!open.commit()) return false;
    if (open.count === 1) open.sinceMs = this.#nowMs;
    else if (open.writer.at > this.#maxBytes) {
      this.#onBatch(open.closeBeforeLast(type));
      open.sinceMs = this.#nowMs;
    }
    return true;
  }

  rewind(type: number): void {
    this.#open[type]!.rewind();
  }

  /** Closes the batches whose oldest record is `maxAgeMs` old at `nowMs`, the time of records to come. */
  closeOlderThan(maxAgeMs: number, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#open.forEach((open, type) => {
      if (open !== undefined && open.count > 0 && nowMs - open.sinceMs >= maxAgeMs) {
        this.#onBatch(open.close(type, this.#bufferBytes));
      }
    });
  }

  /** Records in open batches. */
  *openParts(): IterableIterator<TypeCount> {
    for (const [type, open] of this.#open.entries()) {
      if (open !== undefined && open.count > 0) yield { type, count: open.count };
    }
  }

  /** Takes back the buffer of a batch that nobody needs any more, for one to come. */
  recycle({ data }: Batch): void {
    this.#buffers.give(data.buffer);
  }

  /** Closes every batch that holds a record. */
  closeAll(): void {
    this.closeOlderThan(-Infinity, this.#nowMs);
  }

  #openFirst(type: number): OpenBatch {
    while (this.#open.length < type) this.#open.push(undefined); // no holes: a fast array
    const first = new Uint8Array(this.#bufferBytes * FIRST_PART);
    return this.#open[type] = new OpenBatch(this.#buffers, first);
  }
}

/** Buffers of one size, so that batches leave no garbage behind. */
class FreeBuffers {
  readonly #bytes: number;
  readonly #free: ArrayBuffer[] = [];

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** @param minBytes Room that there must be; a buffer for more than usual is not kept afterwards. */
  take(minBytes = 0): Uint8Array<ArrayBuffer> {
    if (minBytes > this.#bytes) return new Uint8Array(minBytes);
    return new Uint8Array(this.#free.pop() ?? new ArrayBuffer(this.#bytes));
  }

  /** Keeps a buffer of the usual size, if there is room; the memory of others is given back. */
  give(buffer: ArrayBuffer): void {
    const hasRoom = (this.#free.length + 1) * this.#bytes <= MAX_FREE_BYTES;
    if (buffer.byteLength === this.#bytes && hasRoom) this.#free.push(buffer);
    else release(new Uint8Array(buffer));
  }
}
