import type { PacketHandler } from "./packet_handler.ts";

/** A packet as it was captured, with bytes of its own. */
export interface CapturedPacket {
  /** What was captured of it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes that it had on the wire; more than `bytes` has when it was cut. */
  readonly originalLength: number;
  /** Whole seconds since 1970 of the capture time. */
  readonly sec: number;
  /** Nanoseconds of that second, 0 to 999,999,999. */
  readonly nsec: number;
  /** LINKTYPE_ number of what it begins with (tcpdump.org/linktypes.html): 1 is Ethernet. */
  readonly linkType: number;
}

/** Copies packets, until they are taken. */
export class CopiedPackets implements PacketHandler {
  #packets: CapturedPacket[] = [];
  #bytes = 0;

  /** What their bytes take. */
  get bytes(): number {
    return this.#bytes;
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
    this.#packets.push({ bytes: bytes.slice(at, end), originalLength, sec, nsec, linkType });
    this.#bytes += end - at;
  }

  /** Those since the last time. */
  take(): CapturedPacket[] {
    const taken = this.#packets;
    this.#packets = [];
    this.#bytes = 0;
    return taken;
  }
}
