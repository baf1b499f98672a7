/** Writes compact batches, by a kernel in WebAssembly (`kernel/sensor.ts`). */
import { LinkType } from "../../capture/link_type.ts";
import { type SensorExports, SensorKernel } from "../../follow/sensor_kernel.ts";
import { MAX_HEADER_BYTES, type Shape, shapeOf } from "./headers.ts";

/** Packets and records of a batch. */
const MAX_ROWS = 4096;
/** In what the kernel says of a packet, besides the number of a shape. */
const PLAIN = 128;
/** Farther apart, differences of nanoseconds are no exact numbers. */
const MAX_STEP_SECONDS = 4_000_000;

/** The columns of one compact batch, packet by packet. */
export class CompactWriter {
  /** A part of the kernel's memory, for who calls: packets that lie there need not be copied. */
  readonly room: Uint8Array<ArrayBuffer>;
  readonly #exports: SensorExports;
  /** All the kernel's memory. */
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #packetAt: number;
  /** The buffer of the last packet, and where it begins in the kernel's memory; -1 where it is not there. */
  #source: Uint8Array;
  #sourceAt = 0;
  #shape = shapeOf(0)!;
  #isPlain = false;
  #rows = 0;
  #packets = 0;
  #lastSec = 0;

  constructor(kernel = new SensorKernel()) {
    this.#exports = kernel.exports;
    this.#bytes = kernel.bytes;
    this.#packetAt = this.#exports.packetAt();
    this.#source = this.#bytes;
    const { roomAt, roomBytes } = this.#exports;
    this.room = this.#bytes.subarray(roomAt(), roomAt() + roomBytes());
  }

  /** The shape of the packet that was last taken. */
  get taken(): Shape {
    return this.#shape;
  }

  /** Whether nobody decodes what is behind its headers. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** Nobody decodes what packets of its flow carry. */
  leadsNowhere(): void {
    this.#exports.leadsNowhere();
  }

  get isFull(): boolean {
    return this.#rows === MAX_ROWS;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  get rows(): number {
    return this.#rows;
  }

  /** What whole records take. */
  get recordBytes(): number {
    return this.#exports.recordBytes();
  }

  /** Whether a packet of that time can be in this batch. */
  isNear(sec: number): boolean {
    return this.#packets === 0 || Math.abs(sec - this.#lastSec) < MAX_STEP_SECONDS;
  }

  /** Puts a whole record at this place. */
  record(type: number, bytes: Uint8Array, from: number, to: number): void {
    this.#rows++;
    this.#bytes.set(bytes.subarray(from, to), this.#exports.record(type, to - from));
  }

  /**
   * Takes the headers of the packet `bytes[at, end)`. False when they are none that are coded: then
   * nothing has happened.
   */
  take(
    bytes: Uint8Array,
    at: number,
    end: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): boolean {
    const link = linkOf(linkType);
    if (link < 0) return false;
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#sourceAt = bytes.buffer === this.#bytes.buffer ? bytes.byteOffset : -1;
    }
    const place = this.#sourceAt >= 0 ? this.#sourceAt + at : this.#copyHead(bytes, at, end);
    const number = this.#exports.take(place, end - at, sec, nsec, link);
    if (number < 0) return false;
    this.#shape = shapeOf(number & ~PLAIN)!;
    this.#isPlain = (number & PLAIN) !== 0;
    this.#rows++;
    this.#packets++;
    this.#lastSec = sec;
    return true;
  }

  #copyHead(bytes: Uint8Array, at: number, end: number): number {
    const headEnd = Math.min(end, at + MAX_HEADER_BYTES);
    const to = this.#packetAt - at;
    for (let i = at; i < headEnd; i++) this.#bytes[to + i] = bytes[i]!;
    return this.#packetAt;
  }

  /**
   * The batch as it is stored before compression, and begins another: number of rows, options, unit
   * and base of the times, length of each column, the columns, and in the last `sumBytes` what cannot
   * be compressed.
   */
  finish(
    isWanted: readonly boolean[],
    hasContext: boolean,
  ): { data: Uint8Array<ArrayBuffer>; sumBytes: number } {
    const { finish, batchAt, sumBytes, begin } = this.#exports;
    const bytes = finish(optionBits(isWanted, hasContext));
    const at = batchAt();
    const finished = { data: this.#bytes.slice(at, at + bytes), sumBytes: sumBytes() };
    begin();
    this.#rows = this.#packets = 0;
    return finished;
  }
}

/** The kind of link header, -1 for those that are not coded. */
function linkOf(linkType: number): number {
  switch (linkType) {
    case LinkType.Ethernet:
      return 0;
    case LinkType.LinuxSll:
      return 1;
    case LinkType.LinuxSll2:
      return 2;
    default:
      return -1;
  }
}

/** What records hold and which are made: bit 0 for the context, then one for each type. */
function optionBits(isWanted: readonly boolean[], hasContext: boolean): number {
  return isWanted.reduce((bits, is, place) => is ? bits | (2 << place) : bits, hasContext ? 1 : 0);
}
