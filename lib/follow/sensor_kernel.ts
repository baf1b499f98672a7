/** The sensor's kernel in WebAssembly (`kernel/sensor.ts`), which one pipeline writes and counts with. */
import { instantiateKernel } from "../base/kernel.ts";
import { KERNEL_CODE } from "./sensor_kernel_code.ts";

const PAGE_BYTES = 1 << 16;
const LISTS = 9;
/** What it looks at of what is behind an IP header. */
const TRANSPORT_BYTES = 60;

/** What it exports; `kernel/sensor.ts` says what each does. */
export interface SensorExports {
  readonly memory: WebAssembly.Memory;
  start(): void;
  packetAt(): number;
  roomAt(): number;
  roomBytes(): number;
  tableAt(): number;
  stateAt(): number;
  listsAt(): number;
  take(at: number, bytes: number, sec: number, nsec: number, link: number): number;
  record(type: number, bytes: number): number;
  recordBytes(): number;
  finish(options: number): number;
  batchAt(): number;
  sumBytes(): number;
  begin(): void;
  packetTime(sec: number, nsec: number): void;
  leadsNowhere(): void;
  followTaken(wireBytes: number, mayBeRead: number): number;
  linkTaken(row: number, side: number): void;
  link(row: number, now: number): void;
  unlink(row: number): void;
  count(
    row: number,
    side: number,
    sec: number,
    nsec: number,
    wireBytes: number,
    ipBytes: number,
    payloadBytes: number,
    is: number,
    id: number,
    tunnelId: number,
    at: number,
    end: number,
  ): void;
}

/** Places in {@linkcode SensorKernel.state}. */
export const State = {
  /** Flow time, the time of the latest packet, and what a steady clock last said, in seconds. */
  Now: 0,
  Latest: 1,
  TickedAt: 2,
  /** How often a clock was set back. */
  JumpsBack: 3,
  /** Until that flow time nothing but packets has to be looked at. */
  QuietUntil: 4,
  ActiveSeconds: 5,
  /** Counts, see `FollowCounts`. */
  Packets: 6,
  Doubled: 7,
  SuperPackets: 8,
  WithoutLength: 9,
  /** By list. */
  IdleSeconds: 10,
} as const;

/** What `count` is told of a packet. */
export const Is = {
  WithoutLength: 1,
  Fragment: 2,
  /** It has a whole header of TCP. */
  Segment: 4,
  /** It can be told from others of its direction. */
  Printable: 8,
} as const;

/** Bits of what `followTaken` returns; the row is above them. */
export const Followed = { Read: 1, Server: 2, RowShift: 2 } as const;

/** One instance, with its memory. */
export class SensorKernel {
  readonly exports: SensorExports;
  /** All its memory. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Numbers that both sides know. */
  readonly state: Float64Array;
  /** By list of connections: its first row, its last one, and how many it has. */
  readonly lists: readonly [first: Int32Array, last: Int32Array, lengths: Int32Array];
  readonly #packetAt: number;

  /** @param tableBytes What the table of connections needs. */
  constructor(tableBytes = 0) {
    const exports = instantiateKernel(KERNEL_CODE) as unknown as SensorExports;
    exports.memory.grow(Math.ceil(tableBytes / PAGE_BYTES));
    exports.start();
    const buffer = exports.memory.buffer as ArrayBuffer;
    this.exports = exports;
    this.bytes = new Uint8Array(buffer);
    this.state = new Float64Array(buffer, exports.stateAt(), State.IdleSeconds + LISTS);
    const listsAt = exports.listsAt();
    const ends = (place: number) => new Int32Array(buffer, listsAt + 4 * LISTS * place, LISTS);
    this.lists = [ends(0), ends(1), ends(2)];
    this.#packetAt = exports.packetAt();
  }

  /**
   * Where what is behind an IP header, `bytes[at, end)`, is in its memory; if it is not there, a copy of
   * what is looked at is. That a packet was taken is forgotten then.
   */
  transportAt(bytes: Uint8Array, at: number, end: number): number {
    if (bytes.buffer === this.bytes.buffer) return bytes.byteOffset + at;
    const copied = Math.min(end, at + TRANSPORT_BYTES);
    const to = this.#packetAt - at;
    for (let i = at; i < copied; i++) this.bytes[to + i] = bytes[i]!;
    return this.#packetAt;
  }
}
