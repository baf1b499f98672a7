/** The kernel in WebAssembly that reads compact batches, makes their records and packs them (`kernel/`). */
import { instantiateKernel } from "../base/kernel.ts";
import { uvarintBytes, writeUvarint } from "../base/bytes/uvarint.ts";
import { SHAPES } from "../gather/compact/headers.ts";
import { KERNEL_CODE } from "./compact_kernel_code.ts";

/** What becomes of the packets of a batch: their records are made by the host or, where it can, the kernel. */
export const Mode = { Host: 0, Kernel: 1, Count: 2 } as const;
export type Mode = typeof Mode[keyof typeof Mode];

/** What a kernel asks while it reads; places are those of its memory. */
export interface KernelHost {
  /** Bits: the context (1), each of the types in order (2, 4 …). */
  begin(options: number): Mode;
  /**
   * A packet whose headers, of the shape of that number, are at `at`. It had the length `end - at`; its other
   * bytes are not there.
   */
  packet(at: number, end: number, sec: number, nsec: number, shape: number): void;
  /** A whole record of any type number; false when it is none. */
  record(type: number, at: number, end: number): boolean;
}

/** What the module exports; `kernel/collector.ts` says what each does. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  start(secret: number): void;
  dataAt(): number;
  dataBytes(): number;
  read(bytes: number, sumBytes: number): number;
  packetsAt(): number;
  reserve(slot: number, bytes: number): number;
  recordsAt(slot: number): number;
  recordsEnd(slot: number): number;
  pack(slot: number): number;
  packedAt(): number;
}

/** Up to here bytes are copied one by one: a view is an allocation. */
const MAX_LOOP_BYTES = 256;

/** One kernel, with a memory of its own: 56 MiB of addresses, of which it takes what is written to. */
export class CompactKernel {
  /** All its memory. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many packets of each shape were in the last batch. */
  readonly packets: Uint32Array<ArrayBuffer>;
  readonly #exports: Exports;

  /** @param secret 32 bits that nobody is told, so that nobody can make flows that are slow to find. */
  constructor(host: KernelHost, secret = 0) {
    this.#exports = instantiateKernel(KERNEL_CODE, { host: { ...host } }) as unknown as Exports;
    const { memory, start, packetsAt } = this.#exports;
    start(secret);
    const buffer = memory.buffer as ArrayBuffer;
    this.bytes = new Uint8Array(buffer);
    this.packets = new Uint32Array(buffer, packetsAt(), SHAPES);
  }

  /**
   * Reads an unpacked batch, the last `sumBytes` of which are checksums. False when it is damaged; what was
   * before that has been handed over. Records of the batch before are gone.
   */
  read(data: Uint8Array, sumBytes: number): boolean {
    const { dataAt, dataBytes, read } = this.#exports;
    if (data.length > dataBytes()) return false;
    this.bytes.set(data, dataAt());
    return unlessTrapped(() => read(data.length, sumBytes) !== 0) ?? false;
  }

  /** Adds framed records to a slot: the place of their type in `COMPACT_TYPES`. */
  add(slot: number, records: Uint8Array): void {
    const to = this.#exports.reserve(slot, records.length);
    if (records.length > MAX_LOOP_BYTES) this.bytes.set(records, to);
    else for (let i = 0; i < records.length; i++) this.bytes[to + i] = records[i]!;
  }

  /** Adds the record that stands at `bytes[at, end)` to a slot, framed. */
  addRecord(slot: number, at: number, end: number): void {
    const length = end - at;
    const prefixBytes = uvarintBytes(length);
    const to = this.#exports.reserve(slot, prefixBytes + length);
    writeUvarint(this.bytes, to, length);
    this.bytes.copyWithin(to + prefixBytes, at, end);
  }

  /** The framed records of a slot, valid until the next batch is read. */
  records(slot: number): Uint8Array<ArrayBuffer> {
    const { recordsAt, recordsEnd } = this.#exports;
    return this.bytes.subarray(recordsAt(slot), recordsEnd(slot));
  }

  /** The records of a slot as a raw deflate stream, a copy. */
  pack(slot: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#exports.pack(slot);
    const at = this.#exports.packedAt();
    return this.bytes.slice(at, at + bytes);
  }
}

/**
 * What `call` returns; undefined where the kernel found itself beyond its bounds and stopped. No batch is
 * known that can do this: should there be one, it is refused, and others are not. The kernel goes on, for
 * each of its calls begins with what is set anew.
 */
function unlessTrapped<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return undefined;
    throw error;
  }
}
