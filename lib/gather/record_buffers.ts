import type { RecordSink } from "../base/record/record_sink.ts";
import type { WireWriter } from "../base/record/wire_writer.ts";
import { OpenBatch } from "./open_batch.ts";

/** To begin with; one that is full becomes larger, and stays. */
const BUFFER_BYTES = 64 << 10;
const BUFFERS = { take: () => new Uint8Array(BUFFER_BYTES) };

/** Framed records by type, in buffers that are used again and again. */
export class RecordBuffers implements RecordSink {
  /** By record type. */
  readonly #open: (OpenBatch | undefined)[] = [];

  begin(type: number): WireWriter {
    return this.#of(type).begin();
  }

  commit(type: number): boolean {
    return this.#of(type).commit();
  }

  rewind(type: number): void {
    this.#of(type).rewind();
  }

  /** The framed records of a type, valid until `clear`. */
  records(type: number): Uint8Array<ArrayBuffer> {
    const { bytes, at } = this.#of(type).writer;
    return bytes.subarray(0, at);
  }

  clear(): void {
    for (const open of this.#open) open?.clear();
  }

  #of(type: number): OpenBatch {
    return this.#open[type] ?? this.#openFirst(type);
  }

  #openFirst(type: number): OpenBatch {
    while (this.#open.length < type) this.#open.push(undefined); // no holes: a fast array
    return this.#open[type] = new OpenBatch(BUFFERS);
  }
}
