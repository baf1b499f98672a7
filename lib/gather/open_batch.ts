import { uvarintBytes, writeUvarint } from "../base/bytes/uvarint.ts";
import { WireWriter } from "../base/record/wire_writer.ts";
import type { Batch } from "./batch.ts";

/** Where buffers come from. */
export interface Buffers {
  /** @param minBytes Room that there must be. */
  take(minBytes?: number): Uint8Array<ArrayBuffer>;
}

/** One batch that takes records. The last record is `data[recordAt, writer.at)`. */
export class OpenBatch {
  readonly writer = new WireWriter(0);
  count = 0;
  sinceMs = 0;
  readonly #buffers: Buffers;
  #recordAt = 0;
  /** Bytes kept free for the length of the record: what the one before needed. */
  #prefixBytes = 1;

  /** @param first The buffer that it begins with; it grows as it needs to. */
  constructor(buffers: Buffers, first = buffers.take()) {
    this.#buffers = buffers;
    this.writer.continueIn(first);
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

  /** Forgets all records; their bytes are written over. */
  clear(): void {
    this.writer.at = 0;
    this.count = 0;
  }

  /**
   * What fills no half of a usual buffer is copied, and its buffer used again; else the batch takes it
   * along.
   */
  close(type: number, usualBytes: number): Batch {
    const { writer, count } = this;
    const isCopied = 2 * writer.at <= usualBytes && writer.bytes.length <= usualBytes;
    const data = writer.bytes[isCopied ? "slice" : "subarray"](0, writer.at);
    if (!isCopied) writer.continueIn(this.#buffers.take());
    this.clear();
    return { type, count, data };
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
