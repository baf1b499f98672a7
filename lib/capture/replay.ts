import type { PacketHandler } from "./packet_handler.ts";

/** Numbers kept of a packet: end of its bytes, original length, seconds, nanoseconds, link type. */
const FIELDS = 5;

/**
 * Holds packets back until they are due: each as long after the first as it was captured after the
 * first, divided by the speed. Every packet is due by that alone, so that lateness does not add up. The
 * order stays: a packet whose time goes back follows its predecessor at once.
 */
export class Replay implements PacketHandler {
  readonly #handler: PacketHandler;
  readonly #speed: number;
  #bytes = new Uint8Array(1 << 16);
  /** `FIELDS` numbers for each packet. */
  #packets: number[] = [];
  /** Where the next packet begins, in `#packets` and in `#bytes`. */
  #next = 0;
  #at = 0;
  /** The second in which the first packet was captured, and when its beginning is due. */
  #firstSec = 0;
  #firstSecMs: number | undefined;

  /** @param speed 1 is the captured pace, 10 is ten times as fast. */
  constructor(handler: PacketHandler, speed: number) {
    if (!(speed > 0)) throw new RangeError(`A replay gets on at a speed above 0, not ${speed}`);
    this.#handler = handler;
    this.#speed = speed;
  }

  /** Packets that were not due yet. */
  get held(): number {
    return (this.#packets.length - this.#next) / FIELDS;
  }

  packet(
    bytes: Uint8Array,
    at: number,
    end: number,
    originalLength: number,
    sec: number,
    nsec: number,
    linkType: number,
  ): void {
    const from = this.#packets.at(-FIELDS) ?? 0;
    const to = from + end - at;
    if (to > this.#bytes.length) {
      const grown = new Uint8Array(2 * to);
      grown.set(this.#bytes.subarray(0, from));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(at, end), from);
    this.#packets.push(to, originalLength, sec, nsec, linkType);
  }

  /**
   * Gives the packets that are due to the handler; the first one ever is due now.
   *
   * @returns When the next one is due; undefined if none is held.
   */
  release(nowMs: number): number | undefined {
    for (; this.#next < this.#packets.length; this.#next += FIELDS) {
      const [end, originalLength, sec, nsec, linkType] = this.#packets.slice(
        this.#next,
        this.#next + FIELDS,
      ) as [number, number, number, number, number];
      const dueMs = this.#dueMs(sec, nsec, nowMs);
      if (dueMs > nowMs) return dueMs;
      this.#handler.packet(this.#bytes, this.#at, end, originalLength, sec, nsec, linkType);
      this.#at = end;
    }
    this.#packets = [];
    this.#next = 0;
    this.#at = 0;
    return undefined;
  }

  #dueMs(sec: number, nsec: number, nowMs: number): number {
    if (this.#firstSecMs === undefined) {
      this.#firstSec = sec;
      this.#firstSecMs = nowMs - nsec / 1e6 / this.#speed;
    }
    const sinceMs = (sec - this.#firstSec) * 1000 + nsec / 1e6;
    return this.#firstSecMs + sinceMs / this.#speed;
  }
}
