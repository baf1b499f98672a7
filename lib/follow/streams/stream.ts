import type { Connections } from "../connections.ts";
import { detect, type Detection } from "./detect.ts";
import { MAX_BANNER_BYTES } from "./inventory.ts";
import { HeldBytes, MAX_HELD_BYTES } from "./held_bytes.ts";
import type { Reader } from "./reader.ts";
import type { Readers } from "./readers.ts";
import { type Deliver, type HeldRoom, SegmentOrder } from "./segment_order.ts";
import type { StreamCounts } from "./stream_counts.ts";

/** Bytes of both directions that may be held since they came out of order. */
export const MAX_OUT_OF_ORDER_BYTES = 64 << 10;
/** What a stream costs besides what it holds, roughly. */
export const STREAM_BYTES = 1 << 10;

/** One TCP connection that is read: puts its bytes in order, finds out what reads them, has it do so. */
export class Stream implements HeldRoom {
  /** Whether nothing more is to be read. */
  isDone = false;
  readonly #order: readonly [SegmentOrder, SegmentOrder];
  readonly #held: readonly [HeldBytes, HeldBytes];
  readonly #connections: Connections;
  readonly #hasFinished: [boolean, boolean] = [false, false];
  #outOfOrderBytes = 0;
  #reader: Reader | undefined;
  #clientSide: 0 | 1 = 0;
  /** What the server said first. */
  #banner: Uint8Array | undefined;
  /** Whether an application has been found. */
  #isKnown = false;
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

  /** Says what number the first byte of a direction has. */
  begin(direction: 0 | 1, seq: number): void {
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

  /** Says that a direction has sent FIN. */
  finish(direction: 0 | 1): void {
    this.#hasFinished[direction] = true;
  }

  /** Ends the reading at the connection's end: writes what is open. */
  close(): void {
    if (this.isDone) return;
    for (const direction of [0, 1] as const) {
      const order = this.#order[direction];
      const hadEnded = order.ended !== "";
      order.close();
      if (order.ended === "gap" && !hadEnded) this.counts.missing++;
      if (order.ended === "" && this.#hasFinished[direction]) this.#tellEnd(direction, true);
    }
    if (!this.#isKnown && this.#banner !== undefined) this.#announce();
    else this.#finish();
  }

  take(bytes: number): boolean {
    if (this.#outOfOrderBytes + bytes > MAX_OUT_OF_ORDER_BYTES) return false;
    if (!this.#connections.reserve(bytes)) return false;
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
        this.#stop(held.length === MAX_HELD_BYTES ? "broken" : "noRoom");
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
    if (reader.state === "done") this.#finish();
    else if (reader.state === "broken") this.#stop("broken");
    else if (reader.state === "other") {
      reader.close();
      this.#reader = undefined;
    }
    return rest;
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
    this.#isKnown ||= application !== "";
    if (application !== "") this.#connections.setApplication(this.row, application);
    this.#reader = this.readers.of(application, { row: this.row, clientSide });
    if (this.#reader === undefined) return this.#passOver(application);
    this.counts.read[application] = (this.counts.read[application] ?? 0) + 1;
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

  #announce(): void {
    const ends = { row: this.row, clientSide: 0 } as const;
    const name = this.#unread || this.#connections.application(this.row);
    this.readers.inventory.service(ends, "TCP", name, this.#banner);
    this.#finish();
  }

  #lose(direction: 0 | 1, why: "cut" | "gap"): void {
    if (why === "cut") this.counts.cut++;
    else this.counts.missing++;
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
    this.counts[why]++;
    this.#finish();
  }

  #finish(): void {
    this.isDone = true;
    this.#reader?.close();
    this.#reader = undefined;
    for (const held of this.#held) held.close();
    for (const order of this.#order) order.close();
  }
}

const DNS_PORTS = new Set([53, 5353, 5355]);
