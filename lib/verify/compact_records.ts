/** From a compact batch to the records that it stands for. */
import { ethernet } from "../decode/link/ethernet.ts";
import { dot1q } from "../decode/link/dot1q.ts";
import { linuxSll } from "../decode/link/linux_sll.ts";
import { linuxSll2 } from "../decode/link/linux_sll2.ts";
import { icmpv4 } from "../decode/network/icmpv4.ts";
import { icmpv6 } from "../decode/network/icmpv6.ts";
import { ipv4 } from "../decode/network/ipv4.ts";
import { ipv6 } from "../decode/network/ipv6.ts";
import { tcp } from "../decode/transport/tcp.ts";
import { udp } from "../decode/transport/udp.ts";
import { Dissector } from "../decode/dissect.ts";
import { shapeOf } from "../gather/compact/headers.ts";
import { COMPACT_TYPES, TYPES_OF_SHAPE } from "../gather/compact/record_types.ts";
import { RecordBuffers } from "../gather/record_buffers.ts";
import { CompactKernel, Mode } from "./compact_kernel.ts";
import { isMessage } from "./wire_form.ts";

const DECODERS = [ethernet, dot1q, linuxSll, linuxSll2, ipv4, ipv6, tcp, udp, icmpv4, icmpv6];
/** The options of a batch that has all types, and context. */
const ALL = (2 << COMPACT_TYPES.length) - 1;
/** By the number of a shape: the types of its packets' records, each once. */
const DIFFERENT_TYPES = TYPES_OF_SHAPE.map((types) => [...new Set(types)]);

/** Reads compact batches, one at a time, and makes their records. */
export class CompactRecords {
  readonly #kernel: CompactKernel;
  /** Records of the packet at hand, of all types, on their way to the kernel. */
  readonly #made = new RecordBuffers();
  /** Without context, and with it. One has half a megabyte of tables: there is none for each of a batch's options. */
  readonly #dissectors = [false, true].map((context) =>
    new Dissector(DECODERS, this.#made, { payload: false, context, entropy: false })
  );
  #isCounting = false;
  /** The options of the batch. */
  #options = 0;
  /** Of the batch: whole records by type, then all. */
  #counts = new Map<number, number>();

  /** @param secret As {@linkcode CompactKernel} has it. */
  constructor(secret = 0) {
    this.#kernel = new CompactKernel({
      begin: (options) => this.#begin(options),
      packet: (at, end, sec, nsec, shape) => this.#packet(at, end, sec, nsec, shape),
      record: (type, at, end) => this.#record(type, at, end),
    }, secret);
  }

  /** Makes the records of a batch, and counts them by type; undefined when it is damaged. */
  make(data: Uint8Array, sumBytes: number): ReadonlyMap<number, number> | undefined {
    return this.#read(data, sumBytes, false);
  }

  /** Counts the records of a batch and makes none; undefined when it is damaged. */
  count(data: Uint8Array, sumBytes: number): ReadonlyMap<number, number> | undefined {
    return this.#read(data, sumBytes, true);
  }

  /** The framed records of that type, of the last batch that was made; valid until the next. */
  records(type: number): Uint8Array<ArrayBuffer> {
    return this.#kernel.records(COMPACT_TYPES.indexOf(type));
  }

  /** These as a raw deflate stream, packed quickly. */
  pack(type: number): Uint8Array<ArrayBuffer> {
    return this.#kernel.pack(COMPACT_TYPES.indexOf(type));
  }

  #read(
    data: Uint8Array,
    sumBytes: number,
    isCounting: boolean,
  ): ReadonlyMap<number, number> | undefined {
    this.#isCounting = isCounting;
    this.#counts = new Map();
    if (!this.#kernel.read(data, sumBytes)) return undefined;
    this.#kernel.packets.forEach((packets, shape) => {
      if (packets === 0) return;
      for (const type of TYPES_OF_SHAPE[shape]!) if (this.#isWanted(type)) this.#add(type, packets);
    });
    return this.#counts;
  }

  #add(type: number, count: number): void {
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + count);
  }

  #isWanted(type: number): boolean {
    return (this.#options & (2 << COMPACT_TYPES.indexOf(type))) !== 0;
  }

  #begin(options: number): Mode {
    this.#options = options;
    return this.#isCounting ? Mode.Count : options === ALL ? Mode.Kernel : Mode.Host;
  }

  #packet(at: number, end: number, sec: number, nsec: number, number: number): void {
    const { linkType, layers } = shapeOf(number)!;
    const dissector = this.#dissectors[this.#options & 1]!;
    this.#made.clear();
    dissector.headers(this.#kernel.bytes, at, end, sec, nsec, linkType, layers);
    for (const type of DIFFERENT_TYPES[number]!) if (this.#isWanted(type)) this.#move(type);
  }

  #record(type: number, at: number, end: number): boolean {
    const { bytes } = this.#kernel;
    const slot = COMPACT_TYPES.indexOf(type);
    if (slot < 0 || end <= at || !isMessage(bytes, at, end)) return false;
    this.#add(type, 1);
    if (!this.#isCounting) this.#kernel.addRecord(slot, at, end);
    return true;
  }

  #move(type: number): void {
    const records = this.#made.records(type);
    if (records.length > 0) this.#kernel.add(COMPACT_TYPES.indexOf(type), records);
  }
}
