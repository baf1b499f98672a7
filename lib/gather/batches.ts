import type { RecordSink } from "../base/record_sink.ts";
import { uvarintBytes, writeUvarint } from "../base/uvarint.ts";
import { WireWriter } from "../base/wire_writer.ts";
import type { Batch } from "./batch.ts";

/** Room behind the limit for the record that does not fit any more. */
const SLACK_BYTES = 2048;

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
  #nowMs = 0;

  /**
   * @param maxBytes Limit of `data` in bytes, length prefixes included; a single larger record makes
   * a batch of its own.
   * @param onBatch Takes ownership of the batch and its buffer.
   */
  constructor(maxBytes: number, onBatch: (batch: Batch) => void) {
    if (!(maxBytes > 0)) throw new RangeError(`A batch needs room, not ${maxBytes} bytes`);
    this.#maxBytes = maxBytes;
    this.#onBatch = onBatch;
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

  /** Closes every batch that holds a record. */
  closeAll(): void {
    this.closeOlderThan(-Infinity, this.#nowMs);
  }

  #openFirst(type: number): OpenBatch {
    while (this.#open.length < type) this.#open.push(undefined); // no holes: a fast array
    return this.#open[type] = new OpenBatch(this.#maxBytes + SLACK_BYTES);
  }
}

/** One batch that takes records. The last record is `data[recordAt, writer.at)`. */
class OpenBatch {
  readonly writer: WireWriter;
  count = 0;
  sinceMs = 0;
  #recordAt = 0;
  /** Bytes kept free for the length of the record: what the one before needed. */
  #prefixBytes = 1;

  constructor(capacity: number) {
    this.writer = new WireWriter(capacity);
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
    if (writer.overflowed) {
      this.rewind();
      return false;
    }
    const bodyAt = writer.recordAt;
    const length = writer.at - bodyAt;
    const prefixBytes = uvarintBytes(length);
    if (prefixBytes !== this.#prefixBytes) {
      const shift = prefixBytes - this.#prefixBytes;
      writer.reserve(shift);
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
    const batch = { type, count: this.count, data: writer.bytes.slice(0, writer.at) };
    writer.at = 0;
    this.count = 0;
    return batch;
  }

  /** Closes what stands before the last record, which becomes the first of the next batch. */
  closeBeforeLast(type: number): Batch {
    const { writer } = this;
    const batch = { type, count: this.count - 1, data: writer.bytes.slice(0, this.#recordAt) };
    writer.bytes.copyWithin(0, this.#recordAt, writer.at);
    writer.at -= this.#recordAt;
    this.#recordAt = 0;
    this.count = 1;
    return batch;
  }
}
