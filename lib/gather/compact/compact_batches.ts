import type { RecordSink } from "../../base/record/record_sink.ts";
import { WireWriter } from "../../base/record/wire_writer.ts";
import type { HeaderTaker, TakenHeaders } from "../../decode/taken_headers.ts";
import type { SensorKernel } from "../../follow/sensor_kernel.ts";
import { typeNumber } from "../../base/record/record_types.ts";
import type { Batch, TypeCount } from "../batch.ts";
import type { Batches } from "../batches.ts";
import { SHAPES } from "./headers.ts";
import { COMPACT_TYPES, TYPES_OF_SHAPE } from "./record_types.ts";
import { CompactWriter } from "./writer.ts";

const ETHERNET = typeNumber("Ethernet");
/** By record type. */
const IS_COMPACT = Uint8Array.from(
  { length: 1 + Math.max(...COMPACT_TYPES) },
  (_, type) => COMPACT_TYPES.includes(type) ? 1 : 0,
);
const SCRATCH_BYTES = 4096;
/** What a batch may hold besides headers before it is closed. */
const MAX_BYTES = 256 << 10;

/**
 * Stands before `Batches`: takes the headers of most packets, and the records of {@linkcode
 * COMPACT_TYPES} that decoders write all the same; all other records go on. So the records of each
 * type keep their order.
 */
export class CompactBatches implements HeaderTaker, RecordSink {
  #writer: CompactWriter | undefined;
  readonly #batches: Batches;
  readonly #onBatch: (batch: Batch) => void;
  readonly #isWanted: (type: number) => boolean;
  readonly #hasContext: boolean;
  readonly #kernel: SensorKernel | undefined;
  readonly #scratch = new WireWriter(SCRATCH_BYTES);
  /** By shape, packets; by type, records that are no headers. */
  readonly #packets = new Uint32Array(SHAPES);
  readonly #records = new Map<number, number>();
  #sinceMs = 0;
  #nowMs = 0;
  /** The time of the packet at hand, and the smallest and largest of the batch. */
  #sec = 0;
  #nsec = 0;
  readonly #times = new PacketTimes();
  /** Off at first: everything goes on. */
  #isOn = false;

  /** @param kernel That of who follows the packets; without, headers are taken by one of their own. */
  constructor(
    batches: Batches,
    options: { isWanted: (type: number) => boolean; hasContext: boolean },
    onBatch: (batch: Batch) => void,
    kernel?: SensorKernel,
  ) {
    this.#batches = batches;
    this.#onBatch = onBatch;
    this.#isWanted = options.isWanted;
    this.#hasContext = options.hasContext;
    this.#kernel = kernel;
  }

  /** Takes headers from now on; what has been gathered otherwise is closed, so that it comes first. */
  switchOn(): void {
    if (this.#isOn) return;
    this.#batches.closeAll();
    this.#writer ??= new CompactWriter(this.#kernel);
    this.#isOn = true;
  }

  /** 256 KiB: packets that lie there are taken without a copy. */
  get room(): Uint8Array<ArrayBuffer> {
    this.#writer ??= new CompactWriter(this.#kernel);
    return this.#writer.room;
  }

  get taken(): TakenHeaders {
    return this.#writer!.taken;
  }

  get isPlain(): boolean {
    return this.#writer!.isPlain;
  }

  leadsNowhere(): void {
    this.#writer!.leadsNowhere();
  }

  take(
    bytes: Uint8Array,
    at: number,
    end: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): boolean {
    const writer = this.#writer;
    if (writer === undefined || !this.#isOn) return false;
    this.#sec = sec;
    this.#nsec = nsec;
    if (writer.isFull || !writer.isNear(sec)) this.#close();
    if (!writer.take(bytes, at, end, sec, nsec, linkType)) return false;
    this.#rowAdded(writer);
    this.#packets[writer.taken.number]!++;
    return true;
  }

  begin(type: number): WireWriter {
    if (!this.#isTaken(type)) return this.#batches.begin(type);
    this.#scratch.restart();
    return this.#scratch;
  }

  commit(type: number): boolean {
    const writer = this.#writer;
    if (writer === undefined || !this.#isTaken(type)) return this.#batches.commit(type);
    const { bytes, at, overflowed } = this.#scratch;
    if (overflowed) return false;
    if (writer.isFull || writer.recordBytes + at > MAX_BYTES) this.#close();
    writer.record(type, bytes, 0, at);
    this.#rowAdded(writer);
    this.#records.set(type, (this.#records.get(type) ?? 0) + 1);
    return true;
  }

  rewind(type: number): void {
    if (!this.#isTaken(type)) this.#batches.rewind(type);
  }

  /** As {@linkcode Batches.closeOlderThan}, of all batches. */
  closeOlderThan(maxAgeMs: number, nowMs: number): void {
    this.#nowMs = nowMs;
    if (nowMs - this.#sinceMs >= maxAgeMs) this.#close();
    this.#batches.closeOlderThan(maxAgeMs, nowMs);
  }

  /** As {@linkcode Batches.openParts}, of all batches. */
  *openParts(): IterableIterator<TypeCount> {
    yield* this.#parts();
    yield* this.#batches.openParts();
  }

  /** Closes every batch that holds a record. */
  closeAll(): void {
    this.#close();
    this.#batches.closeAll();
  }

  #close(): void {
    if (this.#writer === undefined || this.#writer.isEmpty) return;
    const isWanted = COMPACT_TYPES.map((type) => this.#isWanted(type));
    const { data, sumBytes } = this.#writer.finish(isWanted, this.#hasContext);
    const parts = this.#parts();
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    const { first: firstTime, last: lastTime } = this.#times;
    this.#onBatch({
      type: ETHERNET,
      count,
      data,
      compact: { parts, firstTime, lastTime, sumBytes },
    });
    this.#packets.fill(0);
    this.#records.clear();
  }

  #isTaken(type: number): boolean {
    return this.#isOn && IS_COMPACT[type] === 1;
  }

  #rowAdded({ rows }: CompactWriter): void {
    if (rows === 1) {
      this.#sinceMs = this.#nowMs;
      this.#times.begin(this.#sec, this.#nsec);
    } else {
      this.#times.add(this.#sec, this.#nsec);
    }
  }

  #parts(): TypeCount[] {
    const counts = new Map(this.#records);
    this.#packets.forEach((packets, shape) => {
      if (packets === 0) return;
      for (const type of TYPES_OF_SHAPE[shape]!) {
        if (this.#isWanted(type)) counts.set(type, (counts.get(type) ?? 0) + packets);
      }
    });
    return [...counts].sort(([a], [b]) => a - b).map(([type, count]) => ({ type, count }));
  }
}

/** The smallest and largest of times that come as seconds and nanoseconds. */
class PacketTimes {
  #firstSec = 0;
  #firstNsec = 0;
  #lastSec = 0;
  #lastNsec = 0;

  get first(): bigint {
    return BigInt(this.#firstSec) * NANOS + BigInt(this.#firstNsec);
  }

  get last(): bigint {
    return BigInt(this.#lastSec) * NANOS + BigInt(this.#lastNsec);
  }

  begin(sec: number, nsec: number): void {
    this.#firstSec = this.#lastSec = sec;
    this.#firstNsec = this.#lastNsec = nsec;
  }

  add(sec: number, nsec: number): void {
    if (sec < this.#firstSec || (sec === this.#firstSec && nsec < this.#firstNsec)) {
      this.#firstSec = sec;
      this.#firstNsec = nsec;
    } else if (sec > this.#lastSec || (sec === this.#lastSec && nsec > this.#lastNsec)) {
      this.#lastSec = sec;
      this.#lastNsec = nsec;
    }
  }
}

const NANOS = 1_000_000_000n;
