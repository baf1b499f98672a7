import type { CaptureCounts } from "./capture_counts.ts";
import type { PacketHandler } from "./packet_handler.ts";

/** Passes on the packets behind those that have been read before, and counts them all. */
export class CountedPackets implements PacketHandler {
  /** Packets so far, those that were passed over too. */
  packets = 0;
  readonly #handler: PacketHandler;
  readonly #passedOver: number;
  readonly #counts: CaptureCounts;

  /**
   * @param passedOver How many have been read before.
   * @param counts Where these are not `delivered`.
   */
  constructor(handler: PacketHandler, passedOver: number, counts: CaptureCounts) {
    this.#handler = handler;
    this.#passedOver = passedOver;
    this.#counts = counts;
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
    this.packets++;
    if (this.packets <= this.#passedOver) this.#counts.delivered--;
    else this.#handler.packet(bytes, at, end, originalLength, sec, nsec, linkType);
  }
}
