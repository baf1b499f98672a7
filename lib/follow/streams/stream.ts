import type { Connections } from "../connections.ts";
import { detect, type Detection } from "./detect.ts";
import { MAX_BANNER_BYTES } from "./inventory.ts";
import { HeldBytes } from "./held_bytes.ts";
import type { Reader } from "./reader.ts";
import type { Readers } from "./readers.ts";
import { type Deliver, type HeldRoom, SegmentOrder } from "./segment_order.ts";
import { countRead, type StreamCounts } from "./stream_counts.ts";

/** Bytes of both directions that may be held since they came out of order. */
export const MAX_OUT_OF_ORDER_BYTES = 64 << 10;
/** What a stream costs besides what it holds, roughly. */
export const STREAM_BYTES = 1536;

/** One TCP connection that is read: puts its bytes in order, finds out what reads them, has it do so. */
export class Stream implements HeldRoom {
  /** Whether nothing more is to be read. */
  isDone = false;
  readonly #order: readonly [SegmentOrder, SegmentOrder];
  readonly #held: readonly [HeldBytes, HeldBytes];
  readonly #connections: Connections;
  /** Number behind the last byte of a direction, once FIN has said it. */
  readonly #endAt: [number | undefined, number | undefined] = [undefined, undefined];
  #outOfOrderBytes = 0;
  /** Whether `-follow-memory` had no room for what came out of order. */
  #hadNoRoom = false;
  #reader: Reader | undefined;
  /** What the reader keeps, as far as room was taken for it. */
  #keptBytes = 0;
  #clientSide: 0 | 1 = 0;
  #hasBeginning = false;
  #isCounted = false;
  /** What the server said first. */
  #banner: Uint8Array | undefined;
  /** Whether a reader has been found: what it says of the server is better than the banner. */
  #wasRead = false;
  /** Whether no reader has been found, and for which application. */
  #isUnknown = false;
  #unread = "";
  readonly #deliverTo: readonly [Deliver, Deliver] = [
    (bytes, at, end) => this.#deliver(0, bytes, at, end),
    (bytes, at, end) => this.#deliver(1, bytes, at, end),
  ];

  constructor(
    private readonly row: number,
    private readonly readers: Readers,
    private readonly counts: StreamCounts,
  ) {
    this.#connections = readers.records.connections;
    this.#order = [new SegmentOrder(this), new SegmentOrder(this)];
    this.#held = [new HeldBytes(this.#connections), new HeldBytes(this.#connections)];
  }

  /** Says what number the first byte of a direction has: its SYN was seen. */
  begin(direction: 0 | 1, seq: number): void {
    this.#hasBeginning = true;
    this.#order[direction].begin(seq);
  }

  /** Takes the payload of a segment, of which `missing` bytes behind `end` were not captured. */
  segment(
    direction: 0 | 1,
    seq: number,
    bytes: Uint8Array,
    at: number,
    end: number,
    missing: number,
  ): void {
    const order = this.#order[direction];
    if (order.ended !== "") return;
    order.add(seq, bytes, at, end, missing > 0, this.#deliverTo[direction]);
    if (order.ended !== "" && !this.isDone) this.#lose(direction, order.ended);
  }

  /** Says that a direction has sent FIN, and the number behind its last byte. */
  finish(direction: 0 | 1, seq: number): void {
    this.#endAt[direction] = seq;
  }

  /** Ends the reading at the connection's end: writes what is open. */
  close(): void {
    if (this.isDone) return;
    for (const direction of [0, 1] as const) {
      const order = this.#order[direction];
      if (order.ended !== "") continue;
      const endAt = this.#endAt[direction];
      const isWhole = !order.hasGap && (endAt === undefined || order.isAt(endAt));
      order.close();
      if (!isWhole) this.#count("missing");
      else if (endAt !== undefined) this.#tellEnd(direction, true);
    }
    if (this.#banner === undefined) this.#finish();
    else this.#announce();
  }

  take(bytes: number): boolean {
    if (this.#outOfOrderBytes + bytes > MAX_OUT_OF_ORDER_BYTES) return false;
    this.#hadNoRoom = !this.#connections.reserve(bytes);
    if (this.#hadNoRoom) return false;
    this.#outOfOrderBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#outOfOrderBytes -= bytes;
    this.#connections.release(bytes);
  }

  #deliver(direction: 0 | 1, bytes: Uint8Array, at: number, end: number): void {
    if (direction === 1 && this.#banner === undefined) {
      this.#greet(bytes.slice(at, Math.min(end, at + MAX_BANNER_BYTES)));
    }
    if (this.#isUnknown) return;
    const held = this.#held[direction];
    while (at < end && !this.isDone) {
      if (held.length === 0 && this.#reader === undefined) {
        this.#detect(direction, bytes.subarray(at, end));
        if (this.isDone || this.#isUnknown) break;
      }
      const isFirst = held.length === 0 && this.#reader !== undefined;
      if (isFirst) at = this.#read(direction, bytes, at, end);
      if (this.isDone || at === end) break;
      const before = held.length;
      at = held.append(bytes, at, end);
      if (held.length === before) {
        this.#stop(held.isFull ? "broken" : "noRoom");
      } else if (this.#reader === undefined) {
        this.#detect();
      } else if (!isFirst) {
        this.#readHeld(direction);
      }
    }
    // The other side may have waited for this one.
    if (!this.isDone && this.#reader !== undefined) this.#readHeld(direction === 0 ? 1 : 0);
  }

  /** Has the reader read; returns where the rest begins. */
  #read(direction: 0 | 1, bytes: Uint8Array, at: number, end: number): number {
    const reader = this.#reader!;
    const rest = reader.read(direction === this.#clientSide, bytes, at, end);
    if (!this.#keep(reader.keptBytes)) this.#stop("noRoom");
    else if (reader.state === "done") this.#finish();
    else if (reader.state === "broken") this.#stop("broken");
    else if (reader.state === "other") {
      reader.close();
      this.#reader = undefined;
      this.#keep(0);
    }
    return rest;
  }

  /** Takes room for what the reader keeps, or gives it back; false when there is none. */
  #keep(bytes: number): boolean {
    const more = bytes - this.#keptBytes;
    if (more > 0 && !this.#connections.reserve(more)) return false;
    if (more < 0) this.#connections.release(-more);
    this.#keptBytes = bytes;
    return true;
  }

  #readHeld(direction: 0 | 1): void {
    const held = this.#held[direction];
    if (held.length === 0) return;
    const rest = this.#read(direction, held.bytes, 0, held.length);
    if (this.isDone) return;
    held.drop(rest);
    if (this.#reader === undefined) this.#detect();
  }

  /** Looks at what both sides have said so far, one of them now; then has read what is held. */
  #detect(direction?: 0 | 1, now?: Uint8Array): void {
    const [forward, backward] = this.#held.map(({ bytes, length }, side) =>
      side === direction ? now! : bytes.subarray(0, length)
    );
    const found = detect(forward!, backward!, this.#isDnsPort());
    if (found !== undefined) this.#take(found);
  }

  #isDnsPort(): boolean {
    const { row } = this;
    return DNS_PORTS.has(this.#connections.port(row, 0)) ||
      DNS_PORTS.has(this.#connections.port(row, 1));
  }

  #take({ application, clientSide }: Detection): void {
    this.#clientSide = clientSide;
    if (application !== "") this.#connections.setApplication(this.row, application);
    this.#reader = this.readers.of(application, { row: this.row, clientSide });
    if (this.#reader === undefined) return this.#passOver(application);
    this.#wasRead = true;
    countRead(this.counts, application);
    const server = clientSide === 0 ? 1 : 0;
    this.#readHeld(clientSide);
    if (!this.isDone && this.#reader !== undefined) this.#readHeld(server);
  }

  /** Nobody reads this: only what the server says first is waited for. */
  #passOver(application: string): void {
    this.#isUnknown = true;
    this.#unread = application;
    for (const held of this.#held) held.close();
    if (this.#banner !== undefined) this.#announce();
  }

  #greet(bytes: Uint8Array): void {
    this.#banner = bytes;
    if (this.#isUnknown) this.#announce();
  }

  /** Says what nobody reads; without its beginning nobody knows whose the service is. */
  #announce(): void {
    if (!this.#wasRead && this.#hasBeginning) {
      const ends = { row: this.row, clientSide: 0 } as const;
      const name = this.#unread || this.#connections.application(this.row);
      this.readers.inventory.service(ends, "TCP", name, this.#banner);
    }
    this.#finish();
  }

  #lose(direction: 0 | 1, why: "cut" | "gap"): void {
    if (why === "cut") this.#count("cut");
    else this.#count(this.#hadNoRoom ? "noRoom" : "missing");
    if (this.#reader === undefined) {
      if (this.#order.every(({ ended }) => ended !== "")) this.#finish();
      return;
    }
    this.#tellEnd(direction, false);
    if (this.#reader.state !== "more") this.#finish();
  }

  #tellEnd(direction: 0 | 1, isWhole: boolean): void {
    const { bytes, length } = this.#held[direction];
    this.#reader?.ended(direction === this.#clientSide, bytes.subarray(0, length), isWhole);
  }

  #stop(why: "broken" | "noRoom"): void {
    this.#count(why);
    this.#finish();
  }

  /** Counts why not all is read; a stream counts once. */
  #count(why: "cut" | "missing" | "noRoom" | "broken"): void {
    if (!this.#isCounted) this.counts[why]++;
    this.#isCounted = true;
  }

  #finish(): void {
    this.isDone = true;
    this.#reader?.close();
    this.#reader = undefined;
    this.#keep(0);
    for (const held of this.#held) held.close();
    for (const order of this.#order) order.close();
  }
}

const DNS_PORTS = new Set([53, 5353, 5355]);
