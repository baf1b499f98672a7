/** Reads what connections say, as far as it is worth a record: TCP in order, QUIC's first datagrams. */
import type { RecordSink } from "../../base/record/record_sink.ts";
import type { Connections } from "../connections.ts";
import type { StreamReaders } from "../stream_readers.ts";
import { MAX_BANNER_BYTES } from "./inventory.ts";
import { QuicHellos } from "./quic_hellos.ts";
import { Readers } from "./readers.ts";
import { Stream, STREAM_BYTES } from "./stream.ts";
import type { StreamCounts } from "./stream_counts.ts";
import { StreamRecords } from "./stream_records.ts";

const FIN = 0x01;
const SYN = 0x02;
const NO_ROWS = 64;
/** A row's first sequence numbers, which of them are known, and its stream. */
const ROW_BYTES = 24;

export interface StreamOptions {
  readonly isWanted: (type: number) => boolean;
  /** Whether users' names may be written; secrets never are. */
  readonly hasCredentials: boolean;
  /** Whether records of DNS have the addresses and ports of their connection. */
  readonly hasContext: boolean;
}

export class Streams implements StreamReaders {
  readonly #connections: Connections;
  readonly #records: StreamRecords;
  readonly #readers: Readers;
  readonly #quic: QuicHellos;
  /** By row: what is read. */
  #streams: (Stream | undefined)[] = [];
  /** By row and direction: number of the first byte, once a SYN has said it. */
  #first = new Uint32Array(0);
  #isFirstKnown = new Uint8Array(0);

  constructor(connections: Connections, sink: RecordSink, options: StreamOptions) {
    const { isWanted, hasCredentials, hasContext } = options;
    this.#connections = connections;
    this.#records = new StreamRecords(connections, sink, isWanted, hasCredentials);
    this.#readers = new Readers(this.#records, hasContext);
    this.#quic = new QuicHellos(this.#records);
  }

  opened(row: number): boolean {
    if (row >= this.#isFirstKnown.length / 2 && !this.#grow(row)) {
      this.#records.counts.noRoom++;
      return false;
    }
    this.#isFirstKnown[2 * row] = this.#isFirstKnown[2 * row + 1] = 0;
    return true;
  }

  segment(
    row: number,
    direction: number,
    seq: number,
    flags: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    missing: number,
  ): void {
    if ((flags & SYN) !== 0) {
      seq = (seq + 1) >>> 0;
      this.#first[2 * row + direction] = seq;
      this.#isFirstKnown[2 * row + direction] = 1;
    }
    const payloadBytes = end - at + missing;
    const stream = this.#streams[row] ?? (payloadBytes > 0 ? this.#begin(row) : undefined);
    if (stream === undefined) return;
    const side = direction === 0 ? 0 : 1;
    if ((flags & FIN) !== 0) stream.finish(side, seq + payloadBytes);
    if (payloadBytes === 0) return;
    stream.segment(side, seq, bytes, at, end, missing);
    if (stream.isDone) this.#stop(row);
  }

  datagram(
    row: number,
    direction: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    missing: number,
  ): void {
    if (this.#quic.datagram(row, direction, bytes, at, end, missing)) return;
    if (direction === 0) return;
    const name = this.#connections.application(row);
    const banner = name === ""
      ? bytes.subarray(at, Math.min(end, at + MAX_BANNER_BYTES))
      : undefined;
    this.#readers.inventory.service({ row, clientSide: 0 }, "UDP", name, banner);
    this.#connections.stopReading(row);
  }

  closed(row: number): void {
    this.#quic.closed(row);
    const stream = this.#streams[row];
    if (stream === undefined) return;
    stream.close();
    this.#forget(row);
  }

  counts(): StreamCounts {
    return this.#records.counts;
  }

  #begin(row: number): Stream | undefined {
    if (!this.#connections.reserve(STREAM_BYTES)) {
      this.#records.counts.noRoom++;
      this.#connections.stopReading(row);
      return undefined;
    }
    const stream = new Stream(row, this.#readers, this.#records.counts);
    for (const direction of [0, 1] as const) {
      const index = 2 * row + direction;
      if (this.#isFirstKnown[index] === 1) stream.begin(direction, this.#first[index]!);
    }
    this.#streams[row] = stream;
    return stream;
  }

  #stop(row: number): void {
    this.#forget(row);
    this.#connections.stopReading(row);
  }

  #forget(row: number): void {
    this.#streams[row] = undefined;
    this.#connections.release(STREAM_BYTES);
  }

  #grow(row: number): boolean {
    const rows = this.#isFirstKnown.length / 2;
    let wanted = rows || NO_ROWS;
    while (wanted <= row) wanted *= 2;
    if (!this.#connections.reserve(ROW_BYTES * (wanted - rows))) return false;
    const first = new Uint32Array(2 * wanted);
    first.set(this.#first);
    const isKnown = new Uint8Array(2 * wanted);
    isKnown.set(this.#isFirstKnown);
    this.#first = first;
    this.#isFirstKnown = isKnown;
    return true;
  }
}
