import type { RecordSink } from "../base/record_sink.ts";
import { uvarintBytes, writeUvarint } from "../base/uvarint.ts";
import { WireWriter } from "../base/wire_writer.ts";
import type { Batch } from "./batch.ts";

/** Room behind the limit for the record that does not fit any more. */
const SLACK_BYTES = 2048;
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
    this.#buffers = new FreeBuffers(maxBytes + SLACK_BYTES);
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
        this.#onBatch(open.close(type));
      }
    });
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
    return this.#open[type] = new OpenBatch(this.#buffers);
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

  /** A buffer that had to grow is left to the garbage collector. */
  give(buffer: ArrayBuffer): void {
    const hasRoom = (this.#free.length + 1) * this.#bytes <= MAX_FREE_BYTES;
    if (buffer.byteLength === this.#bytes && hasRoom) {
      this.#free.push(buffer);
    }
  }
}

/** One batch that takes records. The last record is `data[recordAt, writer.at)`. */
class OpenBatch {
  readonly writer = new WireWriter(0);
  count = 0;
  sinceMs = 0;
  readonly #buffers: FreeBuffers;
  #recordAt = 0;
  /** Bytes kept free for the length of the record: what the one before needed. */
  #prefixBytes = 1;

  constructor(buffers: FreeBuffers) {
    this.#buffers = buffers;
    this.writer.continueIn(buffers.take());
  }

  begin(): WireWriter {
    const { writer } = this;
    this.#recordAt = writer.at;
    writer.at += this.#prefixBytes;
    writer.recordAt = writer.at;
    writer.overflowed = false;
    return writer;
  }

  commit(): boolean {
    const { writer } = this;
    const bodyAt = writer.recordAt;
    const length = writer.at - bodyAt;
    const prefixBytes = uvarintBytes(length);
    const shift = prefixBytes - this.#prefixBytes;
    writer.reserve(Math.max(0, shift)); // an empty record has not made room for its length yet
    if (writer.overflowed) {
      this.rewind();
      return false;
    }
    if (shift !== 0) {
      writer.bytes.copyWithin(bodyAt + shift, bodyAt, writer.at);
      writer.at += shift;
      this.#prefixBytes = prefixBytes;
    }
    writeUvarint(writer.bytes, this.#recordAt, length);
    this.count++;
    return true;
  }

  rewind(): void {
    this.writer.at = this.#recordAt;
  }

  close(type: number): Batch {
    const { writer } = this;
    const batch = { type, count: this.count, data: writer.bytes.subarray(0, writer.at) };
    writer.continueIn(this.#buffers.take());
    this.count = 0;
    return batch;
  }

  /** Closes what stands before the last record, which becomes the first of the next batch. */
  closeBeforeLast(type: number): Batch {
    const { writer } = this;
    const last = writer.bytes.subarray(this.#recordAt, writer.at);
    const data = writer.bytes.subarray(0, this.#recordAt);
    writer.continueIn(this.#buffers.take(last.length));
    writer.bytes.set(last);
    writer.at = last.length;
    const batch = { type, count: this.count - 1, data };
    this.count = 1;
    return batch;
  }
}
